import { IconPlus, IconUsersGroup } from '@tabler/icons-react';
import { keepPreviousData } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { api, type Schema } from '../../api/client';
import { CursorTable } from '../../components/cursor-table';
import type { Column } from '../../components/data-table';
import { EmptyState } from '../../components/empty-state';
import { LinkButton, RowLink } from '../../components/links';
import { PageHeader } from '../../components/page-header';
import { StatusBadge } from '../../components/status-badge';
import { Tags } from '../../components/tag';
import { TimeAgo } from '../../components/time-ago';
import { useCan } from '../../session/permissions';

const route = getRouteApi('/partners');

const COLUMNS: readonly Column<Schema<'PartnerDto'>>[] = [
  {
    header: 'Partner',
    cell: ({ id, name }) => (
      <RowLink to="/partners/$id" params={{ id }}>
        {name}
      </RowLink>
    ),
  },
  { header: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
  {
    header: 'May receive',
    hiddenBelow: 'md',
    cell: ({ event_types: types }) => (types === null ? 'All event types' : <Tags names={types} />),
  },
  { header: 'Created', hiddenBelow: 'sm', cell: ({ created_at: at }) => <TimeAgo at={at} /> },
];

export function PartnersPage() {
  const { cursor } = route.useSearch();
  const may = useCan();
  const list = api.useQuery(
    'get',
    '/v1/partners',
    { params: { query: { cursor } } },
    { placeholderData: keepPreviousData },
  );
  const create = may('createPartner') && (
    <LinkButton to="/partners/new" leftSection={<IconPlus size={16} />}>
      New partner
    </LinkButton>
  );
  return (
    <>
      <PageHeader
        title="Partners"
        description="Parties that receive events: each manages its own subscriptions, within what you let it have."
        actions={list.data?.data.length !== 0 && create}
      />
      <CursorTable
        label="Partners"
        query={list}
        columns={COLUMNS}
        rowKey={({ id }) => id}
        cursor={cursor}
        empty={
          <EmptyState icon={IconUsersGroup} title="There are no partners yet" action={create}>
            Add one for each party that is to receive events of its own accord, then make an API key for it: with that
            it signs in here, and sees its own subscriptions alone.
          </EmptyState>
        }
      />
    </>
  );
}
