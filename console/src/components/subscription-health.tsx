import { Text } from '@mantine/core';
import { useSearch } from '@tanstack/react-router';
import { api, type Schema } from '../api/client';
import { countOf, formatCount, formatMs, formatShare } from './numbers';
import { Panel } from './panel';
import { QueryState } from './query-state';
import { Sparkline } from './sparkline';

const REFRESH_MS = 15_000;

/** In the list of subscriptions: the calls of one in the last 24 hours. All rows of a page share one request. */
export function HealthOfRow({ id }: { readonly id: string }) {
  // What the list itself asks for.
  const search: Record<string, string | undefined> = useSearch({ strict: false });
  const { cursor, status, ailing, dialect, partner_id, search: text } = search;
  const query = { cursor, status, ailing, dialect, partner_id, search: text } as object;
  const page = api.useQuery(
    'get',
    '/v1/stats/subscriptions',
    { params: { query } },
    { refetchInterval: REFRESH_MS, placeholderData: (before) => before },
  );
  const row = page.data?.data.find(({ subscription_id: one }) => one === id);
  if (!row) return null;
  return <Sparkline delivered={row.delivered} failed={sums(row.retry, row.failed)} label={inWords(row.attempts)} />;
}

function sums(these: readonly number[], those: readonly number[]): number[] {
  return these.map((count, index) => count + (those[index] ?? 0));
}

function inWords({ delivered, retry, failed }: Schema<'AttemptCountsDto'>): string {
  const all = delivered + retry + failed;
  if (all === 0) return 'No calls in the last 24 hours';
  return `${countOf(all, 'call')} in the last 24 hours, ${formatCount(retry + failed)} of them failed`;
}

/** On the page of a subscription: how its last 24 hours were. */
export function SubscriptionHealth({ id }: { readonly id: string }) {
  const stats = api.useQuery(
    'get',
    '/v1/stats',
    { params: { query: { subscription_id: id } } },
    { refetchInterval: REFRESH_MS },
  );
  return (
    <Panel title="Last 24 hours">
      <QueryState query={stats}>
        {({ buckets, totals: { attempts, success_rate: rate, call_ms: ms } }) => (
          <>
            <Sparkline
              delivered={buckets.map((bucket) => bucket.attempts.delivered)}
              failed={buckets.map((bucket) => bucket.attempts.retry + bucket.attempts.failed)}
              label={inWords(attempts)}
              isWide
            />
            <Text size="sm" c="dimmed" mt="xs">
              {inWords(attempts)}.{rate !== null && ` ${formatShare(rate)} of what was due got there.`}
              {ms !== null && ` Half of the calls took ${formatMs(ms.p50)} or less, 95% ${formatMs(ms.p95)}.`}
            </Text>
          </>
        )}
      </QueryState>
    </Panel>
  );
}
