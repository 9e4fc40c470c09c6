import { Worker, type WorkerOptions } from 'node:worker_threads';
import { type Numbered, packRequests, type Parcel, unpackAnswers } from './call-parcels.js';
import { type OutboundAnswer, type OutboundRequest, unsent } from './outbound-answer.js';
import type { Calls, TargetOptions } from './outbound-calls.js';

/** What the thread is started from; tests run the TypeScript source. */
export interface ThreadProgram extends Pick<WorkerOptions, 'execArgv'> {
  readonly url: URL;
}

const COMPILED: ThreadProgram = { url: new URL('./calls-thread-program.js', import.meta.url) };

/**
 * Has the calls made on a thread of their own, so that accepting events and calling receivers do not wait for each other.
 * Nothing of it is caught here: a thread that fails ends the process, as a call that failed so on the main thread would.
 */
export class CallsThread implements Calls {
  private readonly thread: Worker;
  private readonly waiting = new Map<number, (answer: OutboundAnswer) => void>();
  private packing: Numbered<OutboundRequest>[] = [];
  private lastNumber = 0;
  private closing: Promise<void> | null = null;
  private onDrained: () => void = () => undefined;

  constructor(targets: TargetOptions, { url, execArgv }: ThreadProgram = COMPILED) {
    this.thread = new Worker(url, { workerData: targets, ...(execArgv && { execArgv }) });
    this.thread.on('message', (parcel: Parcel | null) => (parcel === null ? this.onDrained() : this.take(parcel)));
    this.thread.on('exit', (code) => {
      if (!this.closing) throw new Error(`The thread that makes the calls has ended (${code}).`);
    });
    // It keeps nobody from exiting: whoever has calls under way waits for `close`.
    this.thread.unref();
  }

  get inFlight(): number {
    return this.waiting.size;
  }

  send(request: OutboundRequest): Promise<OutboundAnswer> {
    if (this.closing) return Promise.resolve(unsent('connection_failed', 'The hub is shutting down.'));
    const number = ++this.lastNumber;
    // What is sent in one turn of the event loop goes over together.
    if (this.packing.length === 0) setImmediate(() => this.post());
    this.packing.push({ number, content: request });
    return new Promise((resolve) => this.waiting.set(number, resolve));
  }

  close(): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  private post(): void {
    if (this.packing.length === 0) return;
    const parcel = packRequests(this.packing);
    this.packing = [];
    this.thread.postMessage(parcel, [parcel.bytes]);
  }

  private take(parcel: Parcel): void {
    for (const { number, content } of unpackAnswers(parcel)) {
      const resolve = this.waiting.get(number);
      this.waiting.delete(number);
      resolve?.(content);
    }
  }

  /** It answers what it has first. Then it is cut off: a connection that nobody waits for any more may take half a minute to come about. */
  private async end(): Promise<void> {
    this.post();
    this.thread.ref();
    const drained = new Promise<void>((resolve) => (this.onDrained = resolve));
    this.thread.postMessage(null);
    await drained;
    await this.thread.terminate();
  }
}
