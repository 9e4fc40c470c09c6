import { Text, Title } from '@mantine/core';
import { keepPreviousData } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { api, type Schema } from '../../api/client';
import { CursorTable } from '../../components/cursor-table';
import type { Column } from '../../components/data-table';
import { RowLink } from '../../components/links';
import { formatCount } from '../../components/numbers';
import { StatusBadge } from '../../components/status-badge';
import { TimeAgo } from '../../components/time-ago';
import { describeSpan } from '../../components/time-range';

type Recovery = Schema<'RecoveryDto'>;

const route = getRouteApi('/subscriptions/$id');
const PAGE = 10;

const COLUMNS: readonly Column<Recovery>[] = [
  { header: 'What was missed', cell: (row) => <Span recovery={row} /> },
  { header: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
  { header: 'Sent again', align: 'right', cell: (row) => <Count recovery={row} /> },
  { header: 'Started', hiddenBelow: 'sm', align: 'right', cell: ({ created_at: at }) => <TimeAgo at={at} /> },
];

/** What was recovered of a subscription before. */
export function RecoveryList({ subscriptionId }: { readonly subscriptionId: string }) {
  const { cursor } = route.useSearch();
  const list = api.useQuery(
    'get',
    '/v1/recoveries',
    { params: { query: { subscription_id: subscriptionId, cursor, limit: PAGE } } },
    { placeholderData: keepPreviousData },
  );
  return (
    <section aria-labelledby="recoveries">
      <Title order={2} id="recoveries" size="h4" mb="sm">
        Recoveries
      </Title>
      <CursorTable
        label="Recoveries"
        query={list}
        columns={COLUMNS}
        rowKey={({ id }) => id}
        cursor={cursor}
        empty={
          <Text size="sm" c="dimmed" px="lg" py="md">
            Nothing was recovered yet.
          </Text>
        }
      />
    </section>
  );
}

function Span({
  recovery: { id, kind, since, until, subscription_id: subscription },
}: {
  readonly recovery: Recovery;
}) {
  return (
    <>
      <RowLink
        to="/subscriptions/$id"
        params={{ id: subscription ?? '' }}
        search={(before) => ({ ...before, recovery: id })}
      >
        {describeSpan({ since: since ?? undefined, until })}
      </RowLink>
      {kind === 'retry' && (
        <Text size="xs" c="dimmed">
          chosen deliveries
        </Text>
      )}
    </>
  );
}

function Count({ recovery: { recovered, total } }: { readonly recovery: Recovery }) {
  return total === null ? formatCount(recovered) : `${formatCount(recovered)} of ${formatCount(total)}`;
}
