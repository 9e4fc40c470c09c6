import { Text } from '@mantine/core';
import { IconFilterOff, IconPlus, IconWebhook } from '@tabler/icons-react';
import { keepPreviousData } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { api, type Schema } from '../../api/client';
import { CursorTable } from '../../components/cursor-table';
import type { Column } from '../../components/data-table';
import { EmptyState } from '../../components/empty-state';
import { LinkButton, RowLink } from '../../components/links';
import { PageHeader } from '../../components/page-header';
import { HealthOfRow } from '../../components/subscription-health';
import { StatusBadge } from '../../components/status-badge';
import { EventTags, Tag } from '../../components/tag';
import { TimeAgo } from '../../components/time-ago';
import { useCan } from '../../session/permissions';
import { SubscriptionFilters } from './subscription-filters';
import classes from './subscriptions-page.module.css';

type Subscription = Schema<'SubscriptionDto'>;

const route = getRouteApi('/subscriptions');

const COLUMNS: readonly Column<Subscription>[] = [
  { header: 'Subscription', cell: (row) => <NameAndAddress subscription={row} /> },
  { header: 'Status', cell: (row) => <Status subscription={row} /> },
  { header: 'Dialect', hiddenBelow: 'md', cell: ({ dialect }) => <Tag>{dialect}</Tag> },
  { header: 'Last 24 hours', hiddenBelow: 'md', cell: ({ id }) => <HealthOfRow id={id} /> },
  { header: 'Events', hiddenBelow: 'lg', cell: ({ events }) => <EventTags names={events} /> },
  { header: 'Created', hiddenBelow: 'xl', cell: ({ created_at: at }) => <When at={at} /> },
];

export function SubscriptionsPage() {
  const { cursor, ...filters } = route.useSearch();
  const isFiltered = Object.values(filters).some((value) => value !== undefined);
  const may = useCan();
  const list = api.useQuery(
    'get',
    '/v1/subscriptions',
    // As the address bar has it: what is no status or dialect is refused, and the page says so.
    { params: { query: { cursor, ...(filters as object) } } },
    { placeholderData: keepPreviousData },
  );
  const create = may('createSubscription') && (
    <LinkButton to="/subscriptions/new" leftSection={<IconPlus size={16} />}>
      New subscription
    </LinkButton>
  );
  return (
    <>
      <PageHeader
        title="Subscriptions"
        description="Who wants which events, where, and in which dialect."
        actions={(isFiltered || list.data?.data.length !== 0) && create}
      />
      <SubscriptionFilters {...filters} />
      <CursorTable
        label="Subscriptions"
        query={list}
        columns={COLUMNS}
        rowKey={({ id }) => id}
        cursor={cursor}
        empty={
          isFiltered ? (
            <EmptyState icon={IconFilterOff} title="No subscription is like that">
              None meets all of these filters. Clear one of them, or look for a part of the name or the address.
            </EmptyState>
          ) : (
            <EmptyState icon={IconWebhook} title="Nobody has subscribed yet" action={create}>
              A subscription sends the events you choose to an address of yours, signed, in the dialect that its
              receiver understands. You can send a test event as soon as it is there.
            </EmptyState>
          )
        }
      />
    </>
  );
}

function When({ at }: { readonly at: string }) {
  return (
    <span className={classes.when}>
      <TimeAgo at={at} />
    </span>
  );
}

function NameAndAddress({ subscription: { id, name, url, dialect } }: { readonly subscription: Subscription }) {
  return (
    <div className={classes.name}>
      <RowLink to="/subscriptions/$id" params={{ id }}>
        {name ?? url}
      </RowLink>
      {name !== null && (
        <Text size="xs" c="dimmed" truncate>
          {url}
        </Text>
      )}
      <Text size="xs" c="dimmed" hiddenFrom="md">
        {dialect}
      </Text>
    </div>
  );
}

function Status({ subscription }: { readonly subscription: Subscription }) {
  const { status, status_reason: reason, status_changed_at: since, failing_since: failingSince } = subscription;
  return (
    <div className={classes.status}>
      <StatusBadge status={status === 'active' && failingSince !== null ? 'failing' : status} />
      {status === 'active' && failingSince !== null && (
        <Text size="xs" c="dimmed" mt={2}>
          <TimeAgo at={failingSince} />
        </Text>
      )}
      {status !== 'active' && (
        <Text size="xs" c="dimmed" mt={2} lineClamp={2}>
          {reason !== null && `${reason}, `}
          <TimeAgo at={since} />
        </Text>
      )}
    </div>
  );
}
