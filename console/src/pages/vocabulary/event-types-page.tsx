import { Text, TextInput } from '@mantine/core';
import { IconSearch, IconZoomQuestion } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { api, type Schema } from '../../api/client';
import { type Column, DataTable } from '../../components/data-table';
import { EmptyState } from '../../components/empty-state';
import { RowLink } from '../../components/links';
import { PageHeader } from '../../components/page-header';
import { Panel } from '../../components/panel';
import { QueryState } from '../../components/query-state';
import { Tags } from '../../components/tag';

type EventType = Schema<'EventTypeDto'>;

const route = getRouteApi('/event-types');

const COLUMNS: readonly Column<EventType>[] = [
  {
    header: 'Event type',
    cell: ({ type }) => (
      <RowLink to="/event-types/$type" params={{ type }} ff="monospace">
        {type}
      </RowLink>
    ),
  },
  { header: 'What happened', cell: ({ description }) => description },
  {
    header: 'Dialects that say it',
    hiddenBelow: 'md',
    cell: ({ names }) => <Tags names={Object.keys(names)} most={7} />,
  },
];

export function EventTypesPage() {
  const { search = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const eventTypes = api.useQuery('get', '/v1/event-types', {}, { staleTime: Infinity });
  return (
    <>
      <PageHeader
        title="Event types"
        description="The hub’s own words for what happens. Whatever comes in is told in these, and put into each dialect’s from them."
      />
      <TextInput
        aria-label="Search the event types"
        placeholder="Search by name, meaning or a dialect’s name for it"
        leftSection={<IconSearch size={16} />}
        defaultValue={search}
        maw="30rem"
        onChange={({ currentTarget: { value } }) =>
          void navigate({ search: { search: value === '' ? undefined : value }, replace: true })
        }
      />
      <QueryState query={eventTypes}>{({ data }) => <Found eventTypes={data} search={search} />}</QueryState>
    </>
  );
}

function Found({ eventTypes, search }: { readonly eventTypes: readonly EventType[]; readonly search: string }) {
  const words = search.trim().toLowerCase();
  const found = eventTypes.filter(({ type, description, names }) =>
    [type, description, ...Object.values(names).flat()].some((text) => text.toLowerCase().includes(words)),
  );
  return (
    <Panel flush>
      {found.length === 0 ? (
        <EmptyState icon={IconZoomQuestion} title="No event type matches">
          <Text size="sm">Search for another word. Events of your own are named custom.&lt;name&gt;.</Text>
        </EmptyState>
      ) : (
        <DataTable label="Event types" columns={COLUMNS} rows={found} rowKey={({ type }) => type} />
      )}
    </Panel>
  );
}
