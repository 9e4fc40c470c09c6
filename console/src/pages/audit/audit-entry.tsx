import { Stack, Table, Text } from '@mantine/core';
import type { Schema } from '../../api/client';
import { Facts } from '../../components/facts';
import { TextLink } from '../../components/links';
import { TimeAgo } from '../../components/time-ago';
import { changedFields } from './changed-fields';
import classes from './audit-entry.module.css';

type Entry = Schema<'AuditEntryDto'>;

/** Where the console shows the things that are changed. */
const PAGES: Readonly<Record<string, string>> = {
  subscription: '/subscriptions',
  source: '/sources',
  event: '/events',
  delivery: '/deliveries',
};

/** One change: who, from where, and what differs. */
export function AuditEntry({ entry }: { readonly entry: Entry }) {
  return (
    <Stack gap="lg">
      <Facts
        rows={[
          ['When', <TimeAgo key="at" at={entry.created_at} />],
          ['Who', <Who key="who" entry={entry} />],
          ['From', entry.by.address],
          ['On', <Target key="target" entry={entry} />],
          ['Request', entry.request_id],
        ]}
      />
      <Difference entry={entry} />
    </Stack>
  );
}

export function Who({ entry: { by } }: { readonly entry: Entry }) {
  return (
    <>
      {by.key_id === null && by.role === 'hub' ? 'The hub' : by.key_name}
      <Text span size="xs" c="dimmed">
        {' '}
        {by.role}
      </Text>
    </>
  );
}

function Target({ entry: { target_kind: kind, target_id: id, after } }: { readonly entry: Entry }) {
  const page = after === null ? undefined : PAGES[kind];
  if (page === undefined) return `${kind} ${id}`;
  const to: string = `${page}/${id}`;
  return (
    <TextLink inherit to={to}>
      {id}
    </TextLink>
  );
}

function Difference({ entry: { before, after } }: { readonly entry: Entry }) {
  const fields = changedFields(before, after);
  if (fields.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        No field that is shown has changed: secrets are noted only as set or not.
      </Text>
    );
  }
  return (
    <div className={classes.scroll}>
      <Table className={classes.table} aria-label="What changed" verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Field</Table.Th>
            {before !== null && <Table.Th>Before</Table.Th>}
            {after !== null && <Table.Th>After</Table.Th>}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {fields.map((field) => (
            <Table.Tr key={field.name}>
              <Table.Th scope="row">{field.name}</Table.Th>
              {before !== null && (
                <Table.Td>
                  <Value kind="before" text={field.before} />
                </Table.Td>
              )}
              {after !== null && (
                <Table.Td>
                  <Value kind="after" text={field.after} />
                </Table.Td>
              )}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function Value({ kind, text }: { readonly kind: 'before' | 'after'; readonly text: string | null }) {
  if (text === null) return <span className={classes.none}>–</span>;
  if (kind === 'before') return <del className={classes.before}>{text}</del>;
  return <ins className={classes.after}>{text}</ins>;
}
