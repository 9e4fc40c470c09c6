import { useQuery } from '@tanstack/react-query';
import { fetchClient, type Schema } from './client';

/** What lists call a subscription by; a deleted one keeps its name, for what the history tells of it. */
export interface SubscriptionName {
  readonly label: string;
  readonly isDeleted: boolean;
}

const FRESH_MS = 60_000;
/** What a page draws at once is asked for at once. */
const TOGETHER_MS = 5;
/** As many as the API takes in one request. */
const MOST_IDS = 100;

/** One id that is none, in an address say, would have the whole request refused. */
const ID = /^wh_[0-9a-hjkmnp-tv-z]{26}$/;

type Names = ReadonlyMap<string, SubscriptionName>;

let waiting: { readonly ids: Set<string>; readonly answer: Promise<Names> } | null = null;

/** The name of a subscription, `null` for one that nobody knows: rows that name many ask for all of them in one request. */
export function useSubscriptionName(id: string | undefined): SubscriptionName | null | undefined {
  const { data } = useQuery({
    // By the path, so that a change of a subscription refreshes it.
    queryKey: ['name', '/v1/subscriptions', id],
    queryFn: () => nameOf(id ?? ''),
    enabled: id !== undefined,
    staleTime: FRESH_MS,
  });
  return data;
}

async function nameOf(id: string): Promise<SubscriptionName | null> {
  if (!ID.test(id)) return null;
  if (waiting === null) {
    const ids = new Set<string>();
    waiting = { ids, answer: pause().then(() => ask(ids)) };
  }
  const { ids, answer } = waiting;
  ids.add(id);
  if (ids.size >= MOST_IDS) waiting = null;
  return (await answer).get(id) ?? null;
}

function pause(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, TOGETHER_MS);
  });
}

async function ask(ids: Set<string>): Promise<Names> {
  if (waiting?.ids === ids) waiting = null;
  const query = { ids: [...ids].join(','), deleted: 'true', limit: MOST_IDS } as const;
  const { data, error } = await fetchClient.GET('/v1/subscriptions', { params: { query } });
  if (!data) throw error;
  return new Map(data.data.map((subscription) => [subscription.id, toName(subscription)]));
}

export function toName({ name, url, deleted_at: deletedAt }: Schema<'SubscriptionDto'>): SubscriptionName {
  return { label: name ?? url, isDeleted: deletedAt !== null };
}
