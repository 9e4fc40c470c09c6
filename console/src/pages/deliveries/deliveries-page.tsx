import { Switch, Text } from '@mantine/core';
import { IconSend } from '@tabler/icons-react';
import { keepPreviousData } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { api, type Schema } from '../../api/client';
import { breakable } from '../../components/breakable';
import { choiceColumn } from '../../components/choice-column';
import { CursorTable } from '../../components/cursor-table';
import type { Column } from '../../components/data-table';
import { EmptyState } from '../../components/empty-state';
import { FilterBar } from '../../components/filter-bar';
import { ChoiceFilter, EventTypeFilter, SubscriptionFilter, TextFilter } from '../../components/filter-fields';
import { FirstDelivery } from '../../components/first-delivery';
import { RowLink } from '../../components/links';
import { PageHeader } from '../../components/page-header';
import { RangeFilter } from '../../components/range-filter';
import { SubscriptionName } from '../../components/resource-links';
import { StatusBadge } from '../../components/status-badge';
import { TimeAgo } from '../../components/time-ago';
import { spanOf } from '../../components/time-range';
import { useFilters } from '../../components/use-filters';
import { useCan } from '../../session/permissions';
import classes from './deliveries-page.module.css';
import { STATUSES } from './delivery-words';
import { LiveTail } from './live-tail';
import { RetryMany } from './retry-many';
import { RetryProgress } from './retry-progress';

type Delivery = Schema<'DeliveryDto'>;
type Status = Delivery['status'];

const route = getRouteApi('/deliveries');

const COLUMNS: readonly Column<Delivery>[] = [
  { header: 'Event', cell: (row) => <EventName delivery={row} /> },
  { header: 'Status', cell: (row) => <Status delivery={row} /> },
  {
    header: 'Subscription',
    hiddenBelow: 'md',
    isLong: true,
    cell: (row) => <SubscriptionName id={row.subscription_id} />,
  },
  { header: 'Attempts', hiddenBelow: 'lg', align: 'right', cell: ({ attempts }) => attempts },
  {
    header: 'Next attempt',
    hiddenBelow: 'lg',
    cell: ({ next_attempt_at: at }) => at !== null && <Moment at={at} />,
  },
  { header: 'Created', hiddenBelow: 'sm', align: 'right', cell: ({ created_at: at }) => <TimeAgo at={at} /> },
];
const NOTHING: ReadonlySet<string> = new Set();

/** What is and was owed to subscriptions. */
export function DeliveriesPage() {
  const { cursor, live, retry, ...filters } = route.useSearch();
  const filter = useFilters();
  const may = useCan();
  const [openedAt] = useState(Date.now);
  const [chosen, setChosen] = useState(NOTHING);
  const { range, since, until, status, ...ids } = filters;
  const wanted = { ...ids, ...spanOf({ range, since, until }, openedAt), status: status as Status | undefined };
  const list = api.useQuery(
    'get',
    '/v1/deliveries',
    { params: { query: { ...wanted, cursor } } },
    { placeholderData: keepPreviousData },
  );
  const isLive = live !== undefined;
  const mayRetry = may('retryDeliveries');
  const isFiltered = Object.keys(filters).length > 0;
  const choice = choiceColumn({
    keys: chosen,
    onChange: setChosen,
    rows: list.data?.data ?? [],
    keyOf: ({ id }) => id,
    nameOf: ({ event_type: type, id }) => `${type} ${id}`,
  });
  const follow = (id: string) => {
    setChosen(NOTHING);
    filter({ retry: id });
  };
  return (
    <>
      <PageHeader
        title="Deliveries"
        description="One event owed to one subscription: whether it got there, and what happens next."
        actions={
          <>
            {may('streamEvents') && (
              <Switch
                label="Live tail"
                checked={isLive}
                onChange={({ currentTarget }) => filter({ live: currentTarget.checked ? '1' : '' })}
              />
            )}
            {mayRetry && <RetryMany chosen={chosen} filter={wanted} onStarted={follow} />}
          </>
        }
      />
      <FilterBar active={filters}>
        <SubscriptionFilter value={filters.subscription_id} />
        <ChoiceFilter name="status" label="Status" value={status} options={STATUSES} />
        <EventTypeFilter value={filters.type} />
        <TextFilter name="event_id" label="Event" value={filters.event_id} placeholder="evt_…" />
        <RangeFilter label="Created" search={filters} />
      </FilterBar>
      {isLive && <LiveTail filter={filters} />}
      {retry !== undefined && <RetryProgress id={retry} onClose={() => filter({ retry: '' })} />}
      <CursorTable
        label="Deliveries"
        query={list}
        columns={mayRetry ? [choice, ...COLUMNS] : COLUMNS}
        rowKey={({ id }) => id}
        cursor={cursor}
        empty={isFiltered ? <NothingMatches /> : <NoDeliveries />}
      />
    </>
  );
}

function Moment({ at }: { readonly at: string }) {
  return (
    <span className={classes.moment}>
      <TimeAgo at={at} />
    </span>
  );
}

function EventName({
  delivery: { id, event_type: type, event_name: name, subscription_id: subscription, created_at: at },
}: {
  readonly delivery: Delivery;
}) {
  return (
    <div className={classes.name}>
      <RowLink to="/deliveries/$id" params={{ id }}>
        {type}
      </RowLink>
      {name !== null && name !== type && (
        <Text size="xs" c="dimmed">
          as {breakable(name)}
        </Text>
      )}
      <Text size="xs" c="dimmed" hiddenFrom="md">
        to <SubscriptionName id={subscription} />
      </Text>
      <Text size="xs" c="dimmed" hiddenFrom="sm">
        <TimeAgo at={at} />
      </Text>
    </div>
  );
}

function Status({ delivery: { status, reason } }: { readonly delivery: Delivery }) {
  return (
    <div className={classes.status}>
      <StatusBadge status={status} />
      {reason !== null && (
        <Text size="xs" c="dimmed" mt={2} lineClamp={2} title={reason}>
          {reason}
        </Text>
      )}
    </div>
  );
}

function NothingMatches() {
  return (
    <EmptyState icon={IconSend} title="No delivery matches">
      Take a filter away, or choose a longer time.
    </EmptyState>
  );
}

function NoDeliveries() {
  return (
    <EmptyState icon={IconSend} title="Nothing was owed to anybody yet" action={<FirstDelivery />}>
      A delivery is created for each subscription that wants an event, as soon as the event comes. Create a
      subscription, then send an event of a type that it wants.
    </EmptyState>
  );
}
