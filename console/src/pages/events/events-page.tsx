import { Group, Text } from '@mantine/core';
import { IconBolt, IconFilterOff, IconSend } from '@tabler/icons-react';
import { keepPreviousData } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { api, type Schema } from '../../api/client';
import { breakable } from '../../components/breakable';
import { CursorTable } from '../../components/cursor-table';
import type { Column } from '../../components/data-table';
import { EmptyState } from '../../components/empty-state';
import { FilterBar } from '../../components/filter-bar';
import { EventTypeFilter, TextFilter } from '../../components/filter-fields';
import { LinkButton, RowLink } from '../../components/links';
import { PageHeader } from '../../components/page-header';
import { RangeFilter } from '../../components/range-filter';
import { SourceName } from '../../components/source-name';
import { Tag } from '../../components/tag';
import { TimeAgo } from '../../components/time-ago';
import { spanOf } from '../../components/time-range';
import { useNow } from '../../components/use-now';
import { useCan } from '../../session/permissions';

type Event = Schema<'EventSummaryDto'>;

const route = getRouteApi('/events');
const MINUTE_MS = 60_000;
const POLL_MS = 10_000;

const COLUMNS: readonly Column<Event>[] = [
  {
    header: 'Event',
    cell: ({ id, type, subject, test, erased_at: erasedAt }) => (
      <>
        <Group gap="xs">
          <RowLink to="/events/$id" params={{ id }}>
            {type}
          </RowLink>
          {test && <Tag>test</Tag>}
          {erasedAt !== null && <Tag>erased</Tag>}
        </Group>
        {subject !== null && (
          <Text size="xs" c="dimmed" hiddenFrom="sm">
            {subject.entity} {breakable(subject.id)}
          </Text>
        )}
      </>
    ),
  },
  {
    header: 'Subject',
    hiddenBelow: 'sm',
    isLong: true,
    cell: ({ subject }) =>
      subject === null ? (
        <Text span size="sm" c="dimmed">
          –
        </Text>
      ) : (
        <>
          {subject.entity} {breakable(subject.id)}
        </>
      ),
  },
  { header: 'From', hiddenBelow: 'md', cell: (event) => <SourceName event={event} /> },
  { header: 'Received', cell: (row) => <TimeAgo at={row.received_at} /> },
];

export function EventsPage() {
  const search = route.useSearch();
  const { cursor, type, entity, entity_id: entityId, range, since, until } = search;
  const may = useCan();
  const now = useNow(MINUTE_MS);
  const isWholeSubject = entity !== undefined && entityId !== undefined;
  const list = api.useQuery(
    'get',
    '/v1/events',
    {
      params: {
        query: {
          cursor,
          type,
          subject: isWholeSubject ? `${entity}:${entityId}` : undefined,
          ...spanOf(search, now),
        },
      },
    },
    { placeholderData: keepPreviousData, refetchInterval: cursor === undefined && POLL_MS },
  );
  const active = { type, entity, entity_id: entityId, range, since, until };
  const isFiltered = Object.values(active).some((value) => value !== undefined);
  return (
    <>
      <PageHeader
        title="Events"
        description="What your ATS said happened, newest first."
        actions={
          (isFiltered || list.data?.data.length !== 0 || list.data.next_cursor !== null) &&
          may('createEvent') && <SendButton />
        }
      />
      <FilterBar active={active}>
        <EventTypeFilter value={type} />
        <TextFilter name="entity" label="Subject" value={entity} placeholder="application" />
        <TextFilter name="entity_id" label="Id of the subject" value={entityId} placeholder="app_789012" />
        <RangeFilter search={search} />
      </FilterBar>
      {(entity !== undefined || entityId !== undefined) && !isWholeSubject && (
        <Text size="sm" c="dimmed" role="status">
          To filter by subject, fill in both what it is and its id.
        </Text>
      )}
      <CursorTable
        label="Events"
        query={list}
        columns={COLUMNS}
        rowKey={({ id }) => id}
        cursor={cursor}
        empty={isFiltered ? <NothingFound /> : <NoEvents />}
      />
    </>
  );
}

function SendButton() {
  return (
    <LinkButton to="/events/new" leftSection={<IconSend size={16} />}>
      Send an event
    </LinkButton>
  );
}

function NothingFound() {
  return (
    <EmptyState icon={IconFilterOff} title="No event fits these filters">
      Take one of them away, or ask for a longer time. Events are kept for as long as your hub is set to.
    </EmptyState>
  );
}

function NoEvents() {
  const may = useCan();
  const connect = may('createSource') && (
    <LinkButton to="/sources/new" variant="default">
      Connect an ATS
    </LinkButton>
  );
  return (
    <EmptyState
      icon={IconBolt}
      title="No events yet"
      action={
        may('createEvent') && (
          <Group gap="xs" justify="center">
            <SendButton />
            {connect}
          </Group>
        )
      }
    >
      {may('createEvent')
        ? 'Connect an ATS and its webhooks become events, or send one yourself to try your subscriptions.'
        : 'Whatever happens that your subscriptions ask for is listed here.'}
    </EmptyState>
  );
}
