import { Chip, Group, Tabs, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useQueries } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { api, type Schema } from '../../api/client';
import { ErrorState } from '../../components/error-state';
import { HeadersView } from '../../components/headers-view';
import { JsonView } from '../../components/json-view';
import { LoadingState } from '../../components/loading-state';
import { Notice } from '../../components/notice';
import { Panel } from '../../components/panel';
import { QueryState } from '../../components/query-state';
import { Tag } from '../../components/tag';
import classes from './event-dialects.module.css';

type Dialect = Schema<'DialectDto'>;
type Preview = Schema<'PreviewDto'>;

interface Shown {
  readonly title: string;
  readonly preview: Preview;
}

const route = getRouteApi('/events/$id');
const NEVER_STALE = { staleTime: Infinity };

/** The same event as each dialect would send it. */
export function EventDialects({ eventId }: { readonly eventId: string }) {
  const dialects = api.useQuery('get', '/v1/dialects', {}, NEVER_STALE);
  return (
    <Panel
      title="In every dialect"
      description="What a subscription of each dialect gets: the body, and the headers signed with a throwaway secret."
    >
      <QueryState query={dialects}>{({ data }) => <Previews eventId={eventId} dialects={data} />}</QueryState>
    </Panel>
  );
}

function Previews({ eventId, dialects }: { readonly eventId: string; readonly dialects: readonly Dialect[] }) {
  const previews = useQueries({
    queries: dialects.map(({ name }) =>
      api.queryOptions(
        'get',
        '/v1/events/{id}/preview',
        { params: { path: { id: eventId }, query: { dialect: name } } },
        NEVER_STALE,
      ),
    ),
  });
  const failed = previews.find(({ isError }) => isError);
  if (failed) return <ErrorState error={failed.error} onRetry={() => void failed.refetch()} />;
  if (previews.some(({ isPending }) => isPending)) return <LoadingState />;
  const all = previews.flatMap(({ data }, index): Shown[] =>
    data === undefined ? [] : [{ title: dialects[index]?.title ?? data.dialect, preview: data }],
  );
  const sayable = all.filter(({ preview }) => preview.expressible);
  const unsayable = all.filter(({ preview }) => !preview.expressible).map(({ title }) => title);
  return (
    <>
      {sayable.length === 0 ? <Text size="sm">No dialect has a name for it.</Text> : <Comparison shown={sayable} />}
      {unsayable.length > 0 && (
        <Text size="sm" c="dimmed" mt="md">
          Not expressible in {unsayable.join(', ')}:{' '}
          {unsayable.length === 1 ? 'this dialect has' : 'these dialects have'} no name for such an event, so
          subscriptions in {unsayable.length === 1 ? 'it' : 'them'} skip it.
        </Text>
      )}
    </>
  );
}

/** Side by side where there is room, one at a time on a phone. Which ones is in the address bar. */
function Comparison({ shown }: { readonly shown: readonly Shown[] }) {
  const isNarrow = useMediaQuery('(max-width: 47.99em)', false, { getInitialValueInEffect: false });
  const { dialects } = route.useSearch();
  const navigate = useNavigate();
  const names = shown.map(({ preview }) => preview.dialect);
  const wanted = (dialects?.split(',') ?? []).filter((name) => names.includes(name));
  const chosen = wanted.length > 0 ? wanted : names;
  const choose = (next: readonly string[]) =>
    void navigate({
      to: '.',
      replace: true,
      resetScroll: false,
      search: (search: Record<string, unknown>) => ({
        ...search,
        dialects: next.length === 0 || next.length === names.length ? undefined : next.join(','),
      }),
    });
  if (isNarrow) {
    return (
      <Tabs value={chosen[0] ?? null} onChange={(name) => name !== null && choose([name])} keepMounted={false}>
        <Tabs.List className={classes.tabs} aria-label="Dialects">
          {shown.map(({ title, preview }) => (
            <Tabs.Tab key={preview.dialect} value={preview.dialect}>
              {title}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {shown.map(({ title, preview }) => (
          <Tabs.Panel key={preview.dialect} value={preview.dialect} pt="md">
            <OneDialect title={title} preview={preview} />
          </Tabs.Panel>
        ))}
      </Tabs>
    );
  }
  return (
    <>
      <Chip.Group multiple value={chosen} onChange={choose}>
        <Group gap="xs" mb="md" role="group" aria-label="Dialects to compare">
          {shown.map(({ title, preview }) => (
            <Chip key={preview.dialect} value={preview.dialect} size="xs" variant="outline">
              {title}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      <div className={classes.strip} role="region" aria-label="The event in each dialect">
        {shown
          .filter(({ preview }) => chosen.includes(preview.dialect))
          .map(({ title, preview }) => (
            <OneDialect key={preview.dialect} title={title} preview={preview} />
          ))}
      </div>
    </>
  );
}

function OneDialect({ title, preview }: Shown) {
  return (
    <section className={classes.dialect} aria-label={title}>
      <Group justify="space-between" gap="xs" mb="xs">
        <Text component="h3" fw={600} size="sm">
          {title}
        </Text>
        <Tag>{preview.event_name}</Tag>
      </Group>
      {preview.warnings.map((warning) => (
        <Notice key={warning} tone="warning">
          {warning}
        </Notice>
      ))}
      <Text size="xs" c="dimmed" mb={4}>
        Body
      </Text>
      <JsonView value={preview.body ?? ''} label={`Body in ${title}`} />
      <Text size="xs" c="dimmed" mt="sm" mb={4}>
        Headers
      </Text>
      <HeadersView headers={preview.headers ?? {}} label={`Headers in ${title}`} />
    </section>
  );
}
