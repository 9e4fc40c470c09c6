import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { signOut } from '../session/session';
import { fetchClient } from './client';
import { isUnauthorized, mayPass } from './problem';
import type { operations } from './schema';

/** `GET /v1/stream`, kept open: an EventSource of the browser cannot send the key. */

export interface LiveAttempt {
  readonly id: string;
  readonly kind: 'delivery' | 'test' | 'confirmation';
  readonly subscription_id: string;
  readonly delivery_id: string | null;
  readonly event_type: string | null;
  readonly event_name: string;
  readonly number: number;
  readonly outcome: 'delivered' | 'retry' | 'failed';
  readonly response_status: number;
  readonly error_code: string | null;
  readonly started_at: string;
  readonly duration_ms: number;
  readonly delivery_status: string | null;
}

export type LiveEvent =
  | { readonly event: 'attempt'; readonly data: LiveAttempt }
  | { readonly event: 'missed'; readonly data: { readonly count: number | null } }
  | { readonly event: 'delivery' | 'subscription'; readonly data: { readonly id: string } };

/** `waiting`: it broke off, and is opened again in a moment. */
export type LiveState =
  { readonly is: 'connecting' | 'live' | 'waiting' } | { readonly is: 'refused'; readonly error: unknown };

type Query = operations['streamEvents']['parameters']['query'];

interface Listener {
  readonly onEvent: (event: LiveEvent) => void;
  readonly onState: (state: LiveState) => void;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
const SILENCE_LIMIT_MS = 45_000;

/** Follows what happens until it is called off, beginning again where it broke off. */
export async function followStream(query: Query, signal: AbortSignal, { onEvent, onState }: Listener): Promise<void> {
  let lastId: string | undefined;
  let pauseMs = FIRST_PAUSE_MS;
  onState({ is: 'connecting' });
  while (!signal.aborted) {
    let askedPauseMs = 0;
    try {
      const { data, error, response } = await fetchClient.GET('/v1/stream', {
        params: { query, header: { 'Last-Event-ID': lastId } },
        parseAs: 'stream',
        signal,
      });
      if (!data) {
        if (isUnauthorized(error)) return signOut('Your API key is no longer accepted: it was deleted or has expired.');
        if (!mayPass(error)) return onState({ is: 'refused', error });
        askedPauseMs = Number(response.headers.get('retry-after') ?? 0) * 1_000;
      } else {
        onState({ is: 'live' });
        await readMessages(data, ({ id, event, data: text }) => {
          pauseMs = FIRST_PAUSE_MS;
          lastId = id ?? lastId;
          onEvent({ event, data: JSON.parse(text) as unknown } as LiveEvent);
        });
      }
    } catch {
      // It broke off, or was called off: the loop knows which.
    }
    if (signal.aborted) return;
    onState({ is: 'waiting' });
    await pause(Math.max(pauseMs, askedPauseMs), signal);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }
}

type Body = ReadableStream<Uint8Array>;

/** Until it ends, or has been silent for so long that it must be dead: the hub says something every 15 s. */
async function readMessages(body: Body, onMessage: (message: EventSourceMessage) => void): Promise<void> {
  const parser = createParser({ onEvent: onMessage });
  const decoder = new TextDecoder();
  const reader = body.getReader();
  for (;;) {
    const silence = setTimeout(() => void reader.cancel(), SILENCE_LIMIT_MS);
    const { done, value } = await reader.read().finally(() => clearTimeout(silence));
    if (done) return;
    parser.feed(decoder.decode(value, { stream: true }));
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
