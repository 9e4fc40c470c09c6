import { Pool } from 'undici';
import { Exchange } from './exchange.js';
import { OriginPools } from './origin-pools.js';
import { type OutboundAnswer, type OutboundRequest, unsent } from './outbound-answer.js';
import { requestHeaders } from './request-headers.js';
import { TargetPolicy } from './target-policy.js';
import { type Resolve, systemResolver, vettedConnector } from './vetted-connector.js';

/** Whoever makes calls to receivers: on this thread, or on one of their own. */
export interface Calls {
  /** Requests whose answers have not come yet. */
  readonly inFlight: number;
  /** Never rejects: whatever the receiver or the network does is in the answer. */
  send(request: OutboundRequest): Promise<OutboundAnswer>;
  /** Waits for the requests in flight (their deadlines bound that) and closes every connection. Nothing is sent afterwards. */
  close(): Promise<void>;
}

export interface TargetOptions {
  /** Private ranges that may be reached all the same. */
  readonly targetAllowCidrs: readonly string[];
  readonly allowHttp: boolean;
}

const DEFAULT_MAX_ANSWER_BYTES = 16_384;
const POOL_OPTIONS: Pool.Options = {
  // As many as one worker has in flight: on a host that many subscriptions share, nobody queues behind a slow one.
  connections: 256,
  pipelining: 1,
  allowH2: false,
  // Node's own servers close idle connections after 5 s: ours go first, so that no request meets a closing one.
  keepAliveTimeout: 4_000,
  // The most that a receiver's `keep-alive` header may ask for.
  keepAliveMaxTimeout: 60_000,
  maxHeaderSize: 16_384,
  // The exchange holds the one deadline.
  headersTimeout: 0,
  bodyTimeout: 0,
};
const IDLE_SWEEP_INTERVAL_MS = 30_000;

/** Makes the calls on the thread that it is created on. */
export class OutboundCalls implements Calls {
  private readonly policy: TargetPolicy;
  private readonly pools: OriginPools;
  private readonly idleSweep: NodeJS.Timeout;
  private sendsInFlight = 0;
  private closing: Promise<void> | null = null;
  private onDrained: (() => void) | null = null;

  constructor({ targetAllowCidrs, allowHttp }: TargetOptions, resolve: Resolve = systemResolver()) {
    this.policy = new TargetPolicy(targetAllowCidrs, allowHttp);
    const connect = vettedConnector(this.policy, resolve);
    this.pools = new OriginPools((origin) => new Pool(origin, { ...POOL_OPTIONS, connect }));
    this.idleSweep = setInterval(() => this.pools.closeIdle(performance.now()), IDLE_SWEEP_INTERVAL_MS).unref();
  }

  get inFlight(): number {
    return this.sendsInFlight;
  }

  send(request: OutboundRequest): Promise<OutboundAnswer> {
    if (this.closing) return Promise.resolve(unsent('connection_failed', 'The hub is shutting down.'));
    const { url, refusal } = this.policy.vetUrl(request.url, request.httpsOnly ?? false);
    if (url === null) return Promise.resolve(unsent('address_not_allowed', refusal));
    const headers = requestHeaders(request.headers);
    if (headers.list === null) return Promise.resolve(unsent('connection_failed', headers.refusal));

    const path = url.pathname + url.search;
    const { method = 'POST', body, timeoutMs, maxAnswerBytes = DEFAULT_MAX_ANSWER_BYTES } = request;
    const origin = this.pools.acquire(url.origin, performance.now());
    this.sendsInFlight += 1;
    return new Promise((resolve) => {
      const exchange = new Exchange(timeoutMs, maxAnswerBytes, (answer) => {
        this.pools.release(origin);
        this.finishOne();
        resolve(answer);
      });
      origin.pool.dispatch({ path, method, headers: headers.list, body }, exchange);
    });
  }

  close(): Promise<void> {
    this.closing ??= this.drainAndClose();
    return this.closing;
  }

  private async drainAndClose(): Promise<void> {
    clearInterval(this.idleSweep);
    if (this.sendsInFlight > 0) await new Promise<void>((resolve) => (this.onDrained = resolve));
    await this.pools.closeAll();
  }

  private finishOne(): void {
    this.sendsInFlight -= 1;
    if (this.sendsInFlight === 0) this.onDrained?.();
  }
}
