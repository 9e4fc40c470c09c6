import { Group, Text } from '@mantine/core';
import { IconPlug, IconPlus } from '@tabler/icons-react';
import { keepPreviousData } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { api, type Schema } from '../../api/client';
import { CursorTable } from '../../components/cursor-table';
import type { Column } from '../../components/data-table';
import { EmptyState } from '../../components/empty-state';
import { LinkButton, RowLink } from '../../components/links';
import { PageHeader } from '../../components/page-header';
import { StatusBadge } from '../../components/status-badge';
import { Tag } from '../../components/tag';
import { TimeAgo } from '../../components/time-ago';
import { useCan } from '../../session/permissions';

type Source = Schema<'SourceDto'>;

const route = getRouteApi('/sources');
const POLL_MS = 10_000;

const COLUMNS: readonly Column<Source>[] = [
  {
    header: 'Source',
    cell: ({ id, name, dialect, status }) => (
      <>
        <RowLink to="/sources/$id" params={{ id }}>
          {name}
        </RowLink>
        <Text size="xs" c="dimmed" hiddenFrom="sm">
          {dialect}
          {status !== 'active' && `, ${status}`}
        </Text>
      </>
    ),
  },
  { header: 'Status', hiddenBelow: 'sm', cell: ({ status }) => <StatusBadge status={status} /> },
  { header: 'Dialect', hiddenBelow: 'sm', cell: ({ dialect }) => <Tag>{dialect}</Tag> },
  { header: 'Last call', cell: ({ last_request: last }) => <LastCall last={last} /> },
  { header: 'Created', hiddenBelow: 'md', cell: (row) => <TimeAgo at={row.created_at} /> },
];

function LastCall({ last }: { readonly last: Source['last_request'] }) {
  if (last === null) {
    return (
      <Text span size="sm" c="dimmed">
        none yet
      </Text>
    );
  }
  return (
    <Group gap="xs">
      <StatusBadge status={last.verdict} />
      <TimeAgo at={last.received_at} />
    </Group>
  );
}

export function SourcesPage() {
  const { cursor } = route.useSearch();
  const may = useCan();
  const list = api.useQuery(
    'get',
    '/v1/sources',
    { params: { query: { cursor } } },
    { placeholderData: keepPreviousData, refetchInterval: POLL_MS },
  );
  const connect = may('createSource') && (
    <LinkButton to="/sources/new" leftSection={<IconPlus size={16} />}>
      Connect an ATS
    </LinkButton>
  );
  return (
    <>
      <PageHeader
        title="Sources"
        description="The ATS whose own webhooks come in here, and become events."
        actions={list.data?.data.length !== 0 && connect}
      />
      <CursorTable
        label="Sources"
        query={list}
        columns={COLUMNS}
        rowKey={({ id }) => id}
        cursor={cursor}
        empty={
          <EmptyState icon={IconPlug} title="No ATS is connected yet" action={connect}>
            {may('createSource')
              ? 'Connect one: you get an address and a secret to paste at the vendor, and see the first webhook arrive.'
              : 'An administrator of your account can connect one.'}
          </EmptyState>
        }
      />
    </>
  );
}
