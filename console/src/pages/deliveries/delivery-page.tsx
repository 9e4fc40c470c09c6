import { Button, Text } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { api, refresh, type Schema } from '../../api/client';
import { CopiedValue } from '../../components/copied-value';
import { ConfirmButton } from '../../components/confirm-button';
import { ErasedNotice, ErasedTag } from '../../components/erased';
import { Facts } from '../../components/facts';
import { TextLink } from '../../components/links';
import { notifyDone, notifyProblem } from '../../components/notify';
import { PageHeader } from '../../components/page-header';
import { Panel } from '../../components/panel';
import { QueryState } from '../../components/query-state';
import { EventLink, SubscriptionLink } from '../../components/resource-links';
import { StatusBadge } from '../../components/status-badge';
import { Tag } from '../../components/tag';
import { TimeAgo } from '../../components/time-ago';
import { TwoColumns } from '../../components/two-columns';
import { useCan } from '../../session/permissions';
import { DeliveryTimeline } from './delivery-timeline';
import { WhatNext } from './what-next';

type Delivery = Schema<'DeliveryDto'>;

const route = getRouteApi('/deliveries/$id');
const PENDING_REFRESH_MS = 2_000;
const ENDED_REFRESH_MS = 15_000;

/** One delivery: its calls, its state, and what happens next. */
export function DeliveryPage() {
  const { id } = route.useParams();
  const delivery = api.useQuery(
    'get',
    '/v1/deliveries/{id}',
    { params: { path: { id } } },
    { refetchInterval: ({ state }) => (state.data?.status === 'pending' ? PENDING_REFRESH_MS : ENDED_REFRESH_MS) },
  );
  return <QueryState query={delivery}>{(data) => <Details delivery={data} />}</QueryState>;
}

function Details({ delivery }: { readonly delivery: Delivery }) {
  const may = useCan();
  const event = api.useQuery('get', '/v1/events/{id}', { params: { path: { id: delivery.event_id } } });
  const erasedAt = event.data?.erased_at ?? null;
  return (
    <>
      <PageHeader
        title={delivery.event_type}
        badge={
          <>
            <StatusBadge status={delivery.status} />
            {erasedAt !== null && <ErasedTag />}
          </>
        }
        back={
          <TextLink inherit to="/deliveries">
            Deliveries
          </TextLink>
        }
        description={<CopiedValue value={delivery.id} label="Copy the id" />}
        actions={may('retryDelivery') && delivery.event_name !== null && <RetryButton delivery={delivery} />}
      />
      {erasedAt !== null && (
        <ErasedNotice at={erasedAt}>
          What its calls carried is blanked, too, and nothing is left to send again.
        </ErasedNotice>
      )}
      <WhatNext delivery={delivery} />
      <TwoColumns aside={<About delivery={delivery} />}>
        <DeliveryTimeline delivery={delivery} />
      </TwoColumns>
    </>
  );
}

function RetryButton({ delivery: { id, status } }: { readonly delivery: Delivery }) {
  const retry = api.useMutation('post', '/v1/deliveries/{id}/retry', {
    onSuccess: () => {
      notifyDone('The delivery is sent again now.');
      void refresh('/v1/deliveries', '/v1/attempts', '/v1/stats');
    },
    onError: notifyProblem,
  });
  const send = () => retry.mutateAsync({ params: { path: { id } } });
  const leftSection = <IconRefresh size={16} aria-hidden />;
  if (status === 'delivered') {
    return (
      <ConfirmButton
        label="Send again"
        title="Send this delivery again?"
        buttonProps={{ leftSection }}
        isPending={retry.isPending}
        onConfirm={send}
      >
        <Text size="sm">
          The receiver has taken it. It gets the same call once more, with the same webhook-id: one that does not look
          at the webhook-id acts on it twice.
        </Text>
      </ConfirmButton>
    );
  }
  return (
    <Button
      variant={status === 'failed' || status === 'cancelled' ? 'filled' : 'default'}
      leftSection={leftSection}
      loading={retry.isPending}
      onClick={() => void send().catch(() => undefined)}
    >
      {status === 'pending' ? 'Try now' : 'Retry'}
    </Button>
  );
}

function About({ delivery }: { readonly delivery: Delivery }) {
  const { event_id: event, event_type: type, event_name: name, subscription_id: subscription } = delivery;
  return (
    <Panel title="About it">
      <Facts
        rows={[
          ['Subscription', <SubscriptionLink key="subscription" id={subscription} />],
          ['Event', <EventLink key="event" id={event} />],
          ['Event type', <Tag key="type">{type}</Tag>],
          ['Called in its dialect', name !== null && <Tag key="name">{name}</Tag>],
          ['Attempts', delivery.attempts],
          ['Created', <TimeAgo key="created" at={delivery.created_at} />],
          ['Ended', delivery.finished_at !== null && <TimeAgo key="ended" at={delivery.finished_at} />],
        ]}
      />
    </Panel>
  );
}
