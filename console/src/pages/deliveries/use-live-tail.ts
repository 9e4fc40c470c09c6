import { useEffect, useEffectEvent, useState } from 'react';
import { refresh } from '../../api/client';
import { followStream, type LiveAttempt, type LiveEvent, type LiveState } from '../../api/live-stream';

export interface LiveTail {
  readonly state: LiveState;
  /** The latest first. */
  readonly attempts: readonly LiveAttempt[];
  /** How many events were left out; `null`: some, nobody knows how many. */
  readonly missed: number | null;
}

export interface TailFilter {
  readonly subscription_id?: string;
  readonly event_id?: string;
  readonly type?: string;
  readonly status?: string;
}

const MOST_KEPT = 100;
/** So often at most is anything drawn, however much happens. */
const DRAW_MS = 250;
const LIST_REFRESH_MS = 2_000;
const EMPTY: LiveTail = { state: { is: 'connecting' }, attempts: [], missed: 0 };

/** The calls as they are made, of what a list's filter lets through; reads the list itself again, too. */
export function useLiveTail({ subscription_id, event_id, type, status }: TailFilter): LiveTail {
  const [tail, setTail] = useState(EMPTY);
  const isWanted = useEffectEvent(
    ({ event, data }: LiveEvent) =>
      event !== 'attempt' ||
      ((type === undefined || data.event_type === type) && (status === undefined || data.delivery_status === status)),
  );
  useEffect(() => {
    const end = new AbortController();
    let news: LiveEvent[] = [];
    let isStale = false;
    const draw = setInterval(() => {
      if (news.length === 0) return;
      const taken = news.filter(isWanted);
      news = [];
      isStale = true;
      setTail((before) => withNews(before, taken));
    }, DRAW_MS);
    const reread = setInterval(() => {
      if (isStale) void refresh('/v1/deliveries');
      isStale = false;
    }, LIST_REFRESH_MS);
    void followStream({ subscription_id, event_id }, end.signal, {
      onEvent: (event) => news.push(event),
      onState: (state) => setTail((before) => ({ ...before, state })),
    });
    return () => {
      end.abort();
      clearInterval(draw);
      clearInterval(reread);
      setTail(EMPTY);
    };
  }, [subscription_id, event_id]);
  return tail;
}

function withNews(tail: LiveTail, news: readonly LiveEvent[]): LiveTail {
  const known = new Set(tail.attempts.map(({ id }) => id));
  const fresh: LiveAttempt[] = [];
  let missed = tail.missed;
  for (const { event, data } of news) {
    if (event === 'missed') missed = missed === null || data.count === null ? null : missed + data.count;
    if (event !== 'attempt' || known.has(data.id)) continue;
    known.add(data.id);
    fresh.unshift(data);
  }
  return { ...tail, missed, attempts: [...fresh, ...tail.attempts].slice(0, MOST_KEPT) };
}
