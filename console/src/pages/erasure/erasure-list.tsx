import { Title } from '@mantine/core';
import { IconUserX } from '@tabler/icons-react';
import { keepPreviousData } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { api, type Schema } from '../../api/client';
import { CursorTable } from '../../components/cursor-table';
import type { Column } from '../../components/data-table';
import { EmptyState } from '../../components/empty-state';
import { RowLink } from '../../components/links';
import { formatCount } from '../../components/numbers';
import { StatusBadge } from '../../components/status-badge';
import { TimeAgo } from '../../components/time-ago';

type Erasure = Schema<'ErasureDto'>;

const route = getRouteApi('/erasures');

const COLUMNS: readonly Column<Erasure>[] = [
  {
    header: 'Erasure',
    cell: ({ id, entity }) => (
      <RowLink to="/erasures/$id" params={{ id }}>
        {entity}
      </RowLink>
    ),
  },
  { header: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
  { header: 'Events', align: 'right', cell: ({ events }) => formatCount(events) },
  {
    header: 'Receivers told',
    align: 'right',
    hiddenBelow: 'sm',
    cell: ({ subscription_ids: ids }) => formatCount(ids.length),
  },
  { header: 'Begun', hiddenBelow: 'sm', align: 'right', cell: ({ created_at: at }) => <TimeAgo at={at} /> },
];

/** Who was erased is known to nobody; that somebody was, and what it came to, is. */
export function ErasureList() {
  const { cursor } = route.useSearch();
  const list = api.useQuery(
    'get',
    '/v1/erasures',
    { params: { query: { cursor } } },
    { placeholderData: keepPreviousData },
  );
  return (
    <section aria-labelledby="erasures">
      <Title order={2} id="erasures" mb="sm">
        Earlier erasures
      </Title>
      <CursorTable
        label="Erasures"
        query={list}
        columns={COLUMNS}
        rowKey={({ id }) => id}
        cursor={cursor}
        empty={
          <EmptyState icon={IconUserX} title="Nobody was erased yet">
            Each erasure is listed here with what it came to. Whom it was about is not kept.
          </EmptyState>
        }
      />
    </section>
  );
}
