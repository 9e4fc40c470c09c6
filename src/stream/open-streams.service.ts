import { once } from 'node:events';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { Problem } from '../common/problem.js';

const MAX_PER_KEY = 5;
const MAX_IN_PROCESS = 200;
const RETRY_AFTER_SECONDS = 10;
/** A reader that takes nothing is not waited for. */
const STOP_LIMIT_MS = 500;

interface OpenStream {
  readonly keyId: string;
  readonly stream: Readable;
  readonly abort: AbortController;
}

/** Keeps count of the streams that this process serves, so that nobody opens too many, and ends them when it stops. */
@Injectable()
export class OpenStreams implements BeforeApplicationShutdown {
  private readonly open = new Set<OpenStream>();
  private isStopping = false;

  /**
   * `write` makes what is sent, and ends soon after its signal says so. It is asked for more only as fast as the reader takes
   * it, so nothing piles up.
   */
  start(keyId: string, write: (signal: AbortSignal) => AsyncGenerator<string>): Readable {
    if (this.isStopping) throw new Problem('unavailable', 'The hub is stopping.', undefined, RETRY_AFTER_SECONDS);
    this.requireRoom(keyId);
    const abort = new AbortController();
    const stream = Readable.from(write(abort.signal), { highWaterMark: 1 });
    const entry = { keyId, stream, abort };
    this.open.add(entry);
    stream.once('close', () => this.open.delete(entry));
    return stream;
  }

  /** The reader is gone. */
  end(stream: Readable): void {
    for (const entry of this.open) {
      if (entry.stream !== stream) continue;
      this.open.delete(entry);
      entry.abort.abort();
      stream.destroy();
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    const closed = [...this.open].map(async ({ stream, abort }) => {
      abort.abort();
      if (!stream.closed) await once(stream, 'close');
    });
    await Promise.race([Promise.allSettled(closed), delay(STOP_LIMIT_MS)]);
    for (const { stream } of this.open) stream.destroy();
  }

  private requireRoom(keyId: string): void {
    const ofKey = [...this.open].filter((entry) => entry.keyId === keyId).length;
    if (ofKey < MAX_PER_KEY && this.open.size < MAX_IN_PROCESS) return;
    const detail =
      ofKey < MAX_PER_KEY
        ? `This process serves ${MAX_IN_PROCESS} streams already.`
        : `This API key has ${MAX_PER_KEY} streams open: close one first.`;
    throw new Problem('rate_limited', detail, undefined, RETRY_AFTER_SECONDS);
  }
}
