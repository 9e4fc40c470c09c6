import { Button, Group, LoadingOverlay } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import type { UseQueryResult } from '@tanstack/react-query';
import { useNavigate, useRouter, useRouterState } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import classes from './cursor-table.module.css';
import { type Column, DataTable } from './data-table';
import { Panel } from './panel';
import { QueryState } from './query-state';

interface Page<Row> {
  readonly data: readonly Row[];
  readonly next_cursor: string | null;
}

interface Props<Row> {
  /** Of a list of the API; with `placeholderData: keepPreviousData`, so that paging doesn't blink. */
  readonly query: UseQueryResult<Page<Row>, unknown>;
  readonly columns: readonly Column<Row>[];
  readonly rowKey: (row: Row) => string;
  /** The `cursor` of the address bar. */
  readonly cursor: string | undefined;
  readonly empty: ReactNode;
  readonly label: string;
}

/**
 * A list of the API, one page of it at a time: a million rows cost what fifty do. The cursor is held in the address bar
 * (`?cursor=`), so a page can be sent to a colleague, and the browser's own Back works.
 */
export function CursorTable<Row>({ query, columns, rowKey, cursor, empty, label }: Props<Row>) {
  return (
    <Panel flush>
      <QueryState query={query}>
        {({ data, next_cursor: next }) =>
          data.length === 0 && cursor === undefined && next === null ? (
            empty
          ) : (
            <div className={classes.frame}>
              <LoadingOverlay visible={query.isPlaceholderData} overlayProps={{ backgroundOpacity: 0.4 }} />
              <DataTable columns={columns} rows={data} rowKey={rowKey} label={label} />
              <Pager cursor={cursor} next={next} count={data.length} />
            </div>
          )
        }
      </QueryState>
    </Panel>
  );
}

interface PagerProps {
  readonly cursor: string | undefined;
  readonly next: string | null;
  readonly count: number;
}

/** The API looks at so many rows for a page, however few of them fit. */
function howMany(count: number, more: boolean): string {
  if (count > 0) return `${count} rows`;
  return more ? 'None among the newest rows: “Next” looks further back' : 'No more rows';
}

declare module '@tanstack/react-router' {
  interface HistoryState {
    /** The page was come to by “Next” here: going back in the history is the page before. */
    paged?: boolean;
  }
}

function Pager({ cursor, next, count }: PagerProps) {
  const navigate = useNavigate();
  const { history } = useRouter();
  const paged = useRouterState({ select: ({ location }) => location.state.paged === true });
  if (cursor === undefined && next === null) return null;
  const show = (to: string | undefined) =>
    void navigate({
      to: '.',
      search: (search: Record<string, unknown>) => ({ ...search, cursor: to }),
      state: { paged: to !== undefined },
    });
  return (
    <Group component="nav" aria-label="Pages" justify="space-between" className={classes.pager}>
      <span>{howMany(count, next !== null)}</span>
      <Group gap="xs">
        {cursor !== undefined && (
          <Button size="xs" variant="subtle" color="gray" onClick={() => show(undefined)}>
            First page
          </Button>
        )}
        <Button
          size="xs"
          variant="default"
          disabled={!paged}
          leftSection={<IconChevronLeft size={14} />}
          onClick={() => history.back()}
        >
          Previous
        </Button>
        <Button
          size="xs"
          variant="default"
          disabled={next === null}
          rightSection={<IconChevronRight size={14} />}
          onClick={() => show(next ?? undefined)}
        >
          Next
        </Button>
      </Group>
    </Group>
  );
}
