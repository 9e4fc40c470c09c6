import { Group } from '@mantine/core';
import { api, type Schema } from '../api/client';
import { useCan } from '../session/permissions';
import { TextLink } from './links';
import classes from './source-name.module.css';
import { Tag } from './tag';

const MANY = 200;
const NAMES_FRESH_MS = 60_000;

interface Props {
  readonly event: Pick<Schema<'EventSummaryDto'>, 'type' | 'source'>;
  readonly linked?: boolean;
}

/** Where an event came from: the name of its source, where the reader may know it, and the dialect. */
export function SourceName({ event: { type, source: origin }, linked = false }: Props) {
  const may = useCan();
  const isKnown = origin.source_id !== null && may('listSources');
  const many = api.useQuery(
    'get',
    '/v1/sources',
    { params: { query: { limit: MANY } } },
    { enabled: isKnown, staleTime: NAMES_FRESH_MS },
  );
  const name = many.data?.data.find(({ id }) => id === origin.source_id)?.name;
  if (origin.source_id === null) {
    return <span className={classes.own}>{type.startsWith('hub.') ? 'The hub itself' : 'Native API'}</span>;
  }
  return (
    <Group gap="xs" component="span">
      {linked && name !== undefined ? (
        <TextLink to="/sources/$id" params={{ id: origin.source_id }} size="sm">
          {name}
        </TextLink>
      ) : (
        name
      )}
      <Tag>{origin.dialect}</Tag>
    </Group>
  );
}
