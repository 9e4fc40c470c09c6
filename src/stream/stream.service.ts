import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Caller } from '../accounts/caller.js';
import { KeyStanding } from '../accounts/key-standing.service.js';
import { uuidTime } from '../common/ids.js';
import { LOGGER } from '../common/logger.js';
import { Transactions } from '../database/transactions.service.js';
import { frameOf } from './stream-events.js';
import type { StreamScope } from './stream-scope.js';
import { Tail } from './tail.js';

const LOOK_EVERY_MS = 1_000;
const HEARTBEAT_MS = 15_000;
/** What a stream that comes back is shown again: events near the last one may have been sent in another order. */
const RESUME_OVERLAP_MS = 5_000;
const RESUME_LIMIT_MS = 3_600_000;

export interface StreamRequest {
  readonly scope: StreamScope;
  /** The row of the last event that the reader got. */
  readonly after: string | null;
  /** `null`: until somebody ends it. */
  readonly maxSeconds: number | null;
}

/** Writes streams: looks at what is new once a second while somebody reads, and at nothing while nobody does. */
@Injectable()
export class StreamService {
  constructor(
    private readonly transactions: Transactions,
    private readonly keys: KeyStanding,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Ends with the signal, with the key, with its time, and when the database cannot be read. */
  async *write(caller: Caller, request: StreamRequest, signal: AbortSignal): AsyncGenerator<string> {
    try {
      yield ': connected\n\n';
      yield* this.follow(caller, request, signal);
    } catch (error) {
      if (signal.aborted) return;
      this.logger.warn({ event: 'stream.failed', error: String(error) }, 'A stream ended: it could not be read on');
    }
  }

  private async *follow(caller: Caller, request: StreamRequest, signal: AbortSignal): AsyncGenerator<string> {
    const openedAt = Date.now();
    const lastSeen = request.after === null ? openedAt : uuidTime(request.after).getTime() - RESUME_OVERLAP_MS;
    const isTooOld = openedAt - lastSeen > RESUME_LIMIT_MS;
    if (isTooOld) yield frameOf('missed', { count: null });
    const since = new Date(isTooOld ? openedAt : lastSeen);
    const tail = new Tail(request.scope, this.transactions, since, request.after === null ? [] : [request.after]);
    const endsAt = request.maxSeconds === null ? Infinity : openedAt + request.maxSeconds * 1_000;
    let wroteAt = openedAt;
    while (!signal.aborted && (await this.keys.isGood(caller.keyId))) {
      const { events, isBehind, missed } = await tail.look();
      const frames = events.map(({ event, data, id }) => frameOf(event, data, id));
      if (missed !== 0) frames.push(frameOf('missed', { count: missed }));
      if (frames.length === 0 && Date.now() - wroteAt >= HEARTBEAT_MS) frames.push(': heartbeat\n\n');
      if (frames.length > 0) {
        yield frames.join('');
        wroteAt = Date.now();
      }
      if (isBehind) continue;
      const restMs = endsAt - Date.now();
      if (restMs <= 0) return;
      await delay(Math.min(LOOK_EVERY_MS, restMs), undefined, { signal });
    }
  }
}
