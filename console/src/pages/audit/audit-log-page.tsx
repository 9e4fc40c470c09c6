import { Drawer, Switch, Text } from '@mantine/core';
import { IconClipboardList, IconFilterOff } from '@tabler/icons-react';
import { keepPreviousData } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { api, type Schema } from '../../api/client';
import { breakable } from '../../components/breakable';
import { CursorTable } from '../../components/cursor-table';
import type { Column } from '../../components/data-table';
import { EmptyState } from '../../components/empty-state';
import { FilterBar } from '../../components/filter-bar';
import { TextFilter } from '../../components/filter-fields';
import { LinkButton, RowLink } from '../../components/links';
import { PageHeader } from '../../components/page-header';
import { RangeFilter } from '../../components/range-filter';
import { TimeAgo } from '../../components/time-ago';
import { spanOf } from '../../components/time-range';
import { useFilters } from '../../components/use-filters';
import { useNow } from '../../components/use-now';
import { useCan } from '../../session/permissions';
import { AuditEntry, Who } from './audit-entry';
import { type ChangedField, changedFields } from './changed-fields';
import classes from './audit-log-page.module.css';

type Entry = Schema<'AuditEntryDto'>;

const route = getRouteApi('/audit-log');
const MINUTE_MS = 60_000;
const MOST_SHOWN = 2;

const COLUMNS: readonly Column<Entry>[] = [
  {
    header: 'What',
    cell: (entry) => (
      <>
        <div className={classes.action}>
          <RowLink to="/audit-log" search={(search) => ({ ...search, entry: entry.id })} resetScroll={false}>
            {entry.action}
          </RowLink>
        </div>
        <Text size="xs" c="dimmed" hiddenFrom="sm">
          {entry.by.key_name}
        </Text>
        <Text size="xs" hiddenFrom="md" component="div">
          <Summary entry={entry} />
        </Text>
      </>
    ),
  },
  { header: 'Change', hiddenBelow: 'md', isLong: true, cell: (entry) => <Summary entry={entry} /> },
  { header: 'Who', hiddenBelow: 'sm', cell: (entry) => <Who entry={entry} /> },
  { header: 'From', hiddenBelow: 'lg', cell: ({ by }) => by.address ?? '–' },
  { header: 'When', cell: (entry) => <TimeAgo at={entry.created_at} /> },
];

function Summary({ entry: { before, after, target_id: target } }: { readonly entry: Entry }) {
  if (before === null || after === null) {
    return (
      <Text span inherit className={classes.change}>
        {breakable(nameOf(after ?? before) ?? target)}
      </Text>
    );
  }
  const fields = changedFields(before, after);
  const more = fields.length - MOST_SHOWN;
  return (
    <Text span inherit className={classes.change}>
      {fields.slice(0, MOST_SHOWN).map(inWords).join(', ')}
      {more > 0 && ` and ${more} more`}
    </Text>
  );
}

/** `status active → disabled`, `description: Careers` where there was none. */
function inWords({ name, before, after }: ChangedField): string {
  return before === null ? `${name}: ${after}` : `${name} ${before} → ${after ?? 'none'}`;
}

function nameOf(thing: Entry['after']): string | null {
  const { name, url } = (thing ?? {}) as { readonly name?: unknown; readonly url?: unknown };
  return [name, url].find((text): text is string => typeof text === 'string') ?? null;
}

export function AuditLogPage() {
  const search = route.useSearch();
  const { cursor, action, target_id: targetId, accepted, range, since, until } = search;
  const filter = useFilters();
  const now = useNow(MINUTE_MS);
  const list = api.useQuery(
    'get',
    '/v1/audit-log',
    {
      params: {
        query: {
          cursor,
          action,
          target_id: targetId,
          changes_only: accepted === undefined ? 'true' : undefined,
          ...spanOf(search, now),
        },
      },
    },
    { placeholderData: keepPreviousData },
  );
  const active = { action, target_id: targetId, accepted, range, since, until };
  const isFiltered = Object.values(active).some((value) => value !== undefined);
  return (
    <>
      <PageHeader title="Audit log" description="Who changed what, from where. Secrets are noted only as set or not." />
      <FilterBar active={active}>
        <TextFilter name="action" label="Action" value={action} placeholder="subscription.created" />
        <TextFilter name="target_id" label="Id of what was changed" value={targetId} placeholder="wh_…" />
        <RangeFilter search={search} />
        <Switch
          label="Accepted events too"
          checked={accepted !== undefined}
          onChange={({ currentTarget }) => filter({ accepted: currentTarget.checked ? 'true' : '' })}
          className={classes.switch}
        />
      </FilterBar>
      <CursorTable
        label="Audit log"
        query={list}
        columns={COLUMNS}
        rowKey={({ id }) => id}
        cursor={cursor}
        empty={
          isFiltered ? (
            <EmptyState icon={IconFilterOff} title="No entry fits these filters">
              Take one of them away, or ask for a longer time. An action is written like subscription.created.
            </EmptyState>
          ) : (
            <EmptyState icon={IconClipboardList} title="Nothing was changed yet" action={<FirstChange />}>
              Whoever makes, changes or deletes something in this account is named here. “Accepted events too” shows who
              sent what.
            </EmptyState>
          )
        }
      />
      <EntryDrawer entries={list.data?.data ?? []} />
    </>
  );
}

function FirstChange() {
  const may = useCan();
  if (!may('createSubscription')) return null;
  return (
    <LinkButton to="/subscriptions/new" variant="default">
      Create a subscription
    </LinkButton>
  );
}

function EntryDrawer({ entries }: { readonly entries: readonly Entry[] }) {
  const { entry: id } = route.useSearch();
  const navigate = useNavigate();
  const entry = entries.find((candidate) => candidate.id === id);
  const close = () =>
    void navigate({
      to: '/audit-log',
      search: (search) => ({ ...search, entry: undefined }),
      resetScroll: false,
    });
  return (
    <Drawer opened={entry !== undefined} onClose={close} position="right" size="lg" title={entry?.action}>
      {entry && <AuditEntry entry={entry} />}
    </Drawer>
  );
}
