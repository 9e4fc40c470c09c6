import { Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { api, type Schema } from '../../api/client';
import { CopiedValue } from '../../components/copied-value';
import { EnvelopePreview } from '../../components/envelope-preview';
import { Facts } from '../../components/facts';
import { JsonView } from '../../components/json-view';
import { LinkButton, TextLink } from '../../components/links';
import { Notice } from '../../components/notice';
import { PageHeader } from '../../components/page-header';
import { Panel } from '../../components/panel';
import { QueryState } from '../../components/query-state';
import { StatusBadge } from '../../components/status-badge';
import { EventTags, Tag, Tags } from '../../components/tag';
import { TimeAgo } from '../../components/time-ago';
import { SubscriptionHealth } from '../../components/subscription-health';
import { TwoColumns } from '../../components/two-columns';
import { useCan } from '../../session/permissions';
import { ReceiverPanel } from './receiver-code';
import { RecoverPanel } from './recover-panel';
import { RecoveryList } from './recovery-list';
import { SecretPanel } from './secret-panel';
import { DeleteButton, StatusButton } from './subscription-actions';
import { TestPanel } from './test-panel';

type Subscription = Schema<'SubscriptionDto'>;

const route = getRouteApi('/subscriptions/$id');
const STATUS_REFRESH_MS = 10_000;

export function SubscriptionPage() {
  const { id } = route.useParams();
  const subscription = api.useQuery(
    'get',
    '/v1/subscriptions/{id}',
    { params: { path: { id } } },
    { refetchInterval: STATUS_REFRESH_MS },
  );
  return <QueryState query={subscription}>{(data) => <Details subscription={data} />}</QueryState>;
}

function Details({ subscription }: { readonly subscription: Subscription }) {
  const may = useCan();
  const { id, name, url, status, description, failing_since: failingSince } = subscription;
  return (
    <>
      <PageHeader
        title={name ?? url}
        badge={<StatusBadge status={status === 'active' && failingSince !== null ? 'failing' : status} />}
        back={<TextLink to="/subscriptions">Subscriptions</TextLink>}
        description={description ?? <CopiedValue value={id} label="Copy the id" />}
        actions={
          <>
            {may('updateSubscription') && (
              <LinkButton to="/subscriptions/$id/edit" params={{ id }} variant="default">
                Edit
              </LinkButton>
            )}
            <StatusButton subscription={subscription} />
            {may('deleteSubscription') && <DeleteButton subscription={subscription} />}
          </>
        }
      />
      <StatusNotice subscription={subscription} />
      <TwoColumns
        aside={
          <>
            <SubscriptionHealth id={id} />
            <Preview subscription={subscription} />
          </>
        }
      >
        <Settings subscription={subscription} />
        <SecretPanel subscription={subscription} />
        {may('testSubscription') && <TestPanel subscription={subscription} />}
        <RecoverPanel subscription={subscription} />
        {may('listRecoveries') && <RecoveryList subscriptionId={id} />}
        <ReceiverPanel dialect={subscription.dialect} />
      </TwoColumns>
    </>
  );
}

/** What each status means for events, and what brings the subscription back. */
const CONSEQUENCES: Readonly<Record<Exclude<Subscription['status'], 'active'>, string>> = {
  disabled: 'What was pending is cancelled, and what comes is skipped. Enable it to deliver again.',
  suspended: 'Deliveries wait. A probe goes out by itself; once the receiver answers it, all others follow.',
  deactivated: 'The receiver said that it is gone for good. Enable it once the receiver is back.',
};

function StatusNotice({ subscription }: { readonly subscription: Subscription }) {
  const { status, status_reason: reason, status_changed_at: since, suspended_until: until } = subscription;
  if (status === 'active') return null;
  const title = `${status[0]?.toUpperCase()}${status.slice(1)}${reason === null ? '' : `: ${reason}`}`;
  return (
    <Notice tone={status === 'deactivated' ? 'bad' : 'warning'} title={title}>
      <Text size="sm">
        Since <TimeAgo at={since} />. {CONSEQUENCES[status]}
        {until !== null && (
          <>
            {' '}
            The next probe is due <TimeAgo at={until} />.
          </>
        )}
      </Text>
    </Notice>
  );
}

function Settings({ subscription }: { readonly subscription: Subscription }) {
  const { filter, partner_id: partner, description, confirmed_at: confirmed } = subscription;
  return (
    <Panel title="Settings">
      <Facts
        rows={[
          ['Id', description !== null && <CopiedValue key="id" value={subscription.id} label="Copy the id" />],
          ['Address', <CopiedValue key="url" value={subscription.url} label="Copy the address" />],
          ['Dialect', <Tag key="dialect">{subscription.dialect}</Tag>],
          ['Events', <EventTags key="events" names={subscription.events} most={30} />],
          ['Partner', partner !== null && <PartnerLink key="partner" id={partner} />],
          ['Authentication', subscription.auth_type ?? 'Signatures alone'],
          ['Headers', subscription.header_names.length > 0 && <Tags names={subscription.header_names} most={20} />],
          ['Deadline', subscription.timeout_ms === null ? 'As the dialect has it' : `${subscription.timeout_ms} ms`],
          ['Rate limit', subscription.rate_limit === null ? 'None' : `${subscription.rate_limit} calls a second`],
          ['Addresses of files', subscription.include_files && 'Included'],
          ['Filter', filter && <JsonView key="filter" value={filter} label="Filter" maxHeight="short" />],
          ['Confirmed', confirmed !== null && <TimeAgo key="confirmed" at={confirmed} />],
          ['Created', <TimeAgo key="created" at={subscription.created_at} />],
          ['Changed', <TimeAgo key="changed" at={subscription.updated_at} />],
        ]}
      />
    </Panel>
  );
}

function PartnerLink({ id }: { readonly id: string }) {
  const may = useCan();
  const partner = api.useQuery(
    'get',
    '/v1/partners/{id}',
    { params: { path: { id } } },
    { enabled: may('getPartner'), staleTime: 60_000 },
  );
  if (!may('getPartner')) return id;
  return (
    <TextLink inherit to="/partners/$id" params={{ id }}>
      {partner.data?.name ?? id}
    </TextLink>
  );
}

function Preview({ subscription }: { readonly subscription: Subscription }) {
  const { dialect: name, events } = subscription;
  const dialect = api.useQuery('get', '/v1/dialects/{name}', { params: { path: { name } } }, { staleTime: Infinity });
  return <QueryState query={dialect}>{(data) => <EnvelopePreview dialect={data} preferred={events} />}</QueryState>;
}
