import { Group, Select, Text } from '@mantine/core';
import { IconFilterOff, IconInbox } from '@tabler/icons-react';
import { keepPreviousData } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { api, type Schema } from '../../api/client';
import { CursorTable } from '../../components/cursor-table';
import type { Column } from '../../components/data-table';
import { EmptyState } from '../../components/empty-state';
import { RowLink } from '../../components/links';
import { countOf } from '../../components/numbers';
import { StatusBadge } from '../../components/status-badge';
import { TimeAgo } from '../../components/time-ago';
import { useFilters } from '../../components/use-filters';
import classes from './source-requests.module.css';

type InboundRequest = Schema<'InboundRequestDto'>;
type Verdict = InboundRequest['verdict'];

const route = getRouteApi('/sources/$id');
const POLL_MS = 5_000;
const VERDICTS: Readonly<Record<Verdict, string>> = {
  accepted: 'accepted',
  duplicate: 'duplicate: it was here before',
  fetching: 'fetching: the vendor is asked for the rest',
  test: 'test of the vendor',
  confirmation: 'confirmation of the address',
  refused: 'refused',
  unreadable: 'unreadable',
};

const COLUMNS: readonly Column<InboundRequest>[] = [
  {
    header: 'Received',
    cell: ({ id, received_at: at }) => (
      <RowLink to="/inbound-requests/$id" params={{ id }}>
        <TimeAgo at={at} />
      </RowLink>
    ),
  },
  {
    header: 'Verdict',
    cell: (row) => (
      <>
        <StatusBadge status={row.verdict} />
        <Text size="xs" c="dimmed" mt={2} hiddenFrom="sm" className={classes.reason}>
          {outcomeOf(row)}
        </Text>
      </>
    ),
  },
  {
    header: 'What became of it',
    hiddenBelow: 'sm',
    cell: (row) => (
      <Text size="sm" lineClamp={2} className={classes.reason}>
        {outcomeOf(row)}
      </Text>
    ),
  },
  { header: 'Answered', hiddenBelow: 'sm', cell: (row) => row.answer_status, align: 'right' },
  { header: 'From', hiddenBelow: 'md', cell: ({ address }) => address ?? '–' },
];

function outcomeOf({ reason, event_ids: events }: InboundRequest): string {
  return reason ?? (events.length > 0 ? countOf(events.length, 'event') : '–');
}

function isVerdict(text: string | undefined): text is Verdict {
  return text !== undefined && text in VERDICTS;
}

/** The calls that a source got, with verdicts; updates by itself. */
export function SourceRequests({ sourceId }: { readonly sourceId: string }) {
  const search = route.useSearch();
  const filter = useFilters();
  const { cursor } = search;
  const verdict = isVerdict(search.verdict) ? search.verdict : undefined;
  const list = api.useQuery(
    'get',
    '/v1/sources/{id}/requests',
    { params: { path: { id: sourceId }, query: { cursor, verdict } } },
    { placeholderData: keepPreviousData, refetchInterval: cursor === undefined && POLL_MS },
  );
  return (
    <section aria-labelledby="requests">
      <Group justify="space-between" align="end" mb="sm">
        <Text component="h2" id="requests" className={classes.title}>
          Inbound requests
        </Text>
        <Select
          aria-label="Verdict"
          placeholder="Any verdict"
          data={Object.entries(VERDICTS).map(([value, label]) => ({ value, label }))}
          value={verdict ?? null}
          onChange={(value) => filter({ verdict: value ?? '' })}
          clearable
          clearButtonProps={{ 'aria-label': 'Any verdict' }}
          comboboxProps={{ width: 'max-content', position: 'bottom-end' }}
        />
      </Group>
      <CursorTable
        label="Inbound requests"
        query={list}
        columns={COLUMNS}
        rowKey={({ id }) => id}
        cursor={cursor}
        empty={
          verdict === undefined ? (
            <EmptyState icon={IconInbox} title="Nothing has come in yet">
              Every call to the address above is listed here, whatever became of it.
            </EmptyState>
          ) : (
            <EmptyState icon={IconFilterOff} title="No call with this verdict">
              Ask for any verdict to see all calls.
            </EmptyState>
          )
        }
      />
    </section>
  );
}
