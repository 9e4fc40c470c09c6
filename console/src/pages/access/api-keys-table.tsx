import { Button, Text, Tooltip } from '@mantine/core';
import { keepPreviousData } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { api, refresh, type Schema } from '../../api/client';
import { breakable } from '../../components/breakable';
import { ConfirmButton } from '../../components/confirm-button';
import { CursorTable } from '../../components/cursor-table';
import type { Column } from '../../components/data-table';
import { TextLink } from '../../components/links';
import { notifyDone, notifyProblem } from '../../components/notify';
import { Tag } from '../../components/tag';
import { TimeAgo } from '../../components/time-ago';
import { useCan, useMe } from '../../session/permissions';
import classes from './api-keys-table.module.css';

type ApiKey = Schema<'ApiKeyDto'>;

/** A partner's keys all have one role. */
const ROLE = 'Role';

const COLUMNS: readonly Column<ApiKey>[] = [
  { header: 'Key', cell: (row) => <NameAndId apiKey={row} /> },
  { header: ROLE, cell: (row) => <RoleAndPartner apiKey={row} /> },
  {
    header: 'Expires',
    hiddenBelow: 'sm',
    cell: ({ expires_at: at }) => (at === null ? 'Never' : <TimeAgo at={at} />),
  },
  { header: 'Created', hiddenBelow: 'md', cell: ({ created_at: at }) => <TimeAgo at={at} /> },
  { header: '', align: 'right', cell: (row) => <Deletion apiKey={row} /> },
];

interface Props {
  /** Of this partner alone. */
  readonly partnerId?: string;
  /** The `cursor` of the address bar. */
  readonly cursor: string | undefined;
  readonly empty: ReactNode;
}

export function ApiKeysTable({ partnerId, cursor, empty }: Props) {
  const list = api.useQuery(
    'get',
    '/v1/api-keys',
    { params: { query: { cursor, partner_id: partnerId } } },
    { placeholderData: keepPreviousData },
  );
  return (
    <CursorTable
      label="API keys"
      query={list}
      columns={partnerId === undefined ? COLUMNS : COLUMNS.filter(({ header }) => header !== ROLE)}
      rowKey={({ id }) => id}
      cursor={cursor}
      empty={empty}
    />
  );
}

function NameAndId({ apiKey: { id, name } }: { readonly apiKey: ApiKey }) {
  const own = useMe().api_key.id === id;
  return (
    <>
      <Text size="sm" fw={600}>
        {breakable(name)} {own && <Tag>yours</Tag>}
      </Text>
      <Text size="xs" c="dimmed" ff="monospace" className={classes.id}>
        {id}
      </Text>
    </>
  );
}

function RoleAndPartner({ apiKey: { role, partner_id: id } }: { readonly apiKey: ApiKey }) {
  return (
    <>
      <Tag>{role}</Tag>
      {id !== null && (
        <div>
          <TextLink to="/partners/$id" params={{ id }} size="xs" className={classes.partner}>
            Its partner
          </TextLink>
        </div>
      )}
    </>
  );
}

function Deletion({ apiKey }: { readonly apiKey: ApiKey }) {
  const may = useCan();
  if (!may('deleteApiKey')) return null;
  return apiKey.kept_because === null ? <DeleteButton apiKey={apiKey} /> : <KeptButton reason={apiKey.kept_because} />;
}

/** Can be hovered and focused, so that it can say why it does nothing. */
function KeptButton({ reason }: { readonly reason: string }) {
  return (
    <Tooltip label={reason} multiline w={280} position="left" events={{ hover: true, focus: true, touch: true }}>
      <Button
        size="xs"
        variant="default"
        data-disabled
        aria-disabled
        aria-label={`Delete: not possible. ${reason}`}
        onClick={(event) => event.preventDefault()}
      >
        Delete
      </Button>
    </Tooltip>
  );
}

function DeleteButton({ apiKey: { id, name } }: { readonly apiKey: ApiKey }) {
  const deletion = api.useMutation('delete', '/v1/api-keys/{id}', {
    onSuccess: async () => {
      await refresh('/v1/api-keys');
      notifyDone(`The key “${name}” was deleted.`);
    },
    onError: notifyProblem,
  });
  return (
    <ConfirmButton
      label="Delete"
      title={`Delete the API key “${name}”?`}
      danger
      buttonProps={{ size: 'xs' }}
      isPending={deletion.isPending}
      onConfirm={() => deletion.mutateAsync({ params: { path: { id } } })}
    >
      <Text size="sm" ta="left">
        Whoever uses the key “{name}” is refused from now on.
      </Text>
    </ConfirmButton>
  );
}
