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
/** What comes close together is drawn together. */
const GATHER_MS = 50;
/** So long nothing more is drawn, however much happens. */
const REST_MS = 1_000;
/** A list that takes longer than this does not hold up the tail. */
const LIST_LIMIT_MS = 2_000;
const EMPTY: LiveTail = { state: { is: 'connecting' }, attempts: [], missed: 0 };

/**
 * The calls as they are made, of what a list's filter lets through. The list is read again before they are drawn: what the
 * tail tells of, the list below it knows.
 */
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
    let isDrawing = false;
    const draw = async () => {
      if (isDrawing) return;
      isDrawing = true;
      await pause(GATHER_MS);
      while (news.length > 0 && !end.signal.aborted) {
        const taken = news;
        news = [];
        await Promise.race([refresh('/v1/deliveries'), pause(LIST_LIMIT_MS)]);
        // What was read is handed to the list in a task of its own.
        await pause(0);
        if (end.signal.aborted) return;
        const wanted = taken.filter(isWanted);
        setTail((before) => withNews(before, wanted));
        await pause(REST_MS);
      }
      isDrawing = false;
    };
    void followStream({ subscription_id, event_id }, end.signal, {
      onEvent: (event) => {
        news.push(event);
        void draw();
      },
      onState: (state) => setTail((before) => ({ ...before, state })),
    });
    return () => {
      end.abort();
      setTail(EMPTY);
    };
  }, [subscription_id, event_id]);
  return tail;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
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
