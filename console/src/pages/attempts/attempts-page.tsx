import { Text } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { keepPreviousData } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { api, type Schema } from '../../api/client';
import { CursorTable } from '../../components/cursor-table';
import type { Column } from '../../components/data-table';
import { EmptyState } from '../../components/empty-state';
import { answerInShort } from '../../components/explain-call';
import { FilterBar } from '../../components/filter-bar';
import { ChoiceFilter, EventTypeFilter, SubscriptionFilter, TextFilter } from '../../components/filter-fields';
import { FirstDelivery } from '../../components/first-delivery';
import { RowLink } from '../../components/links';
import { formatMs } from '../../components/numbers';
import { PageHeader } from '../../components/page-header';
import { RangeFilter } from '../../components/range-filter';
import { SubscriptionName } from '../../components/resource-links';
import { StatusBadge } from '../../components/status-badge';
import { Tag } from '../../components/tag';
import { TimeAgo } from '../../components/time-ago';
import { spanOf } from '../../components/time-range';
import classes from './attempts-page.module.css';

type Attempt = Schema<'AttemptDto'>;
type Outcome = Attempt['outcome'];

const route = getRouteApi('/attempts');
const OUTCOMES: readonly { readonly value: Outcome; readonly label: string }[] = [
  { value: 'delivered', label: 'Delivered' },
  { value: 'retry', label: 'Failed, to be tried again' },
  { value: 'failed', label: 'Failed for good' },
];

const COLUMNS: readonly Column<Attempt>[] = [
  { header: 'Call', cell: (row) => <EventAndTime attempt={row} /> },
  { header: 'Outcome', cell: ({ outcome }) => <StatusBadge status={outcome} /> },
  { header: 'Answer', hiddenBelow: 'sm', cell: (row) => <span className={classes.answer}>{answerInShort(row)}</span> },
  {
    header: 'Subscription',
    hiddenBelow: 'md',
    isLong: true,
    cell: (row) => <SubscriptionName id={row.subscription_id} />,
  },
  {
    header: 'Attempt',
    hiddenBelow: 'lg',
    cell: ({ number, kind }) => (kind === 'delivery' ? number : <Tag>{kind}</Tag>),
  },
  { header: 'Took', hiddenBelow: 'sm', align: 'right', cell: ({ duration_ms: ms }) => formatMs(ms) },
  { header: 'Sent', hiddenBelow: 'sm', align: 'right', cell: ({ started_at: at }) => <TimeAgo at={at} /> },
];

/** The task history: every call, tests and confirmations included. */
export function AttemptsPage() {
  const { cursor, ...filters } = route.useSearch();
  const [openedAt] = useState(Date.now);
  const { range, since, until, outcome, response_status: status, ...ids } = filters;
  const query = {
    ...ids,
    ...spanOf({ range, since, until }, openedAt),
    cursor,
    outcome: outcome as Outcome | undefined,
    response_status: status === undefined ? undefined : Number(status),
  };
  const list = api.useQuery('get', '/v1/attempts', { params: { query } }, { placeholderData: keepPreviousData });
  const isFiltered = Object.keys(filters).length > 0;
  return (
    <>
      <PageHeader
        title="Task history"
        description="Every call that the hub made, with what was sent and what came back; tests and confirmations, too."
      />
      <FilterBar active={filters}>
        <SubscriptionFilter value={filters.subscription_id} />
        <ChoiceFilter name="outcome" label="Outcome" value={outcome} options={OUTCOMES} />
        <TextFilter
          name="response_status"
          label="Response status"
          value={status}
          inputMode="numeric"
          placeholder="500, or 0: none"
        />
        <EventTypeFilter value={filters.type} />
        <TextFilter name="event_id" label="Event" value={filters.event_id} placeholder="evt_…" />
        <TextFilter name="delivery_id" label="Delivery" value={filters.delivery_id} placeholder="dlv_…" />
        <RangeFilter label="Sent" search={filters} />
      </FilterBar>
      <CursorTable
        label="Task history"
        query={list}
        columns={COLUMNS}
        rowKey={({ id }) => id}
        cursor={cursor}
        empty={isFiltered ? <NothingMatches /> : <NoCalls />}
      />
    </>
  );
}

function EventAndTime({ attempt }: { readonly attempt: Attempt }) {
  const { id, event_name: name, subscription_id: subscription, started_at: at } = attempt;
  return (
    <>
      <RowLink to="/attempts/$id" params={{ id }}>
        {name}
      </RowLink>
      <Text size="xs" c="dimmed" hiddenFrom="md">
        to <SubscriptionName id={subscription} />
      </Text>
      <Text size="xs" c="dimmed" hiddenFrom="sm">
        {answerInShort(attempt)} · <TimeAgo at={at} />
      </Text>
    </>
  );
}

function NothingMatches() {
  return (
    <EmptyState icon={IconHistory} title="No call matches">
      Take a filter away, or choose a longer time.
    </EmptyState>
  );
}

function NoCalls() {
  return (
    <EmptyState icon={IconHistory} title="No calls yet" action={<FirstDelivery />}>
      A call is made as soon as an event comes that somebody has subscribed to, and for each test of a subscription.
    </EmptyState>
  );
}
