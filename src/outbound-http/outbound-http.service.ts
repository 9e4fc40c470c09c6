import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { isIP } from 'node:net';
import { Pool } from 'undici';
import { Exchange } from './exchange.js';
import { OriginPools } from './origin-pools.js';
import { type OutboundAnswer, type OutboundRequest, unsent } from './outbound-answer.js';
import { requestHeaders } from './request-headers.js';
import { hostOf, TargetPolicy } from './target-policy.js';
import { type Resolve, systemResolver, vettedConnector } from './vetted-connector.js';

export type { OutboundAnswer, OutboundError, OutboundErrorCode, OutboundRequest } from './outbound-answer.js';
export type { Resolve } from './vetted-connector.js';

export interface OutboundHttpOptions {
  /** Private ranges that may be reached all the same. */
  readonly targetAllowCidrs: readonly string[];
  readonly allowHttp: boolean;
  /** How names become addresses; the system's resolver unless told otherwise. */
  readonly resolve?: Resolve;
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
/** Saving a subscription does not wait for slow name servers; the address is vetted again on every connection. */
const MAX_LOOKUP_AT_SAVE_MS = 3_000;

/**
 * Sends HTTP requests to receivers, and to nobody else: the one place where the hub opens outgoing connections.
 * Redirects are not followed and nothing is sent twice; a connection that the receiver closes in the moment of its reuse is a
 * `connection_reset`, left to the delivery's own retries.
 */
@Injectable()
export class OutboundHttpService implements OnApplicationShutdown {
  private readonly policy: TargetPolicy;
  private readonly resolve: Resolve;
  private readonly pools: OriginPools;
  private readonly idleSweep: NodeJS.Timeout;
  private sendsInFlight = 0;
  private closing: Promise<void> | null = null;
  private onDrained: (() => void) | null = null;

  constructor(options: OutboundHttpOptions) {
    this.policy = new TargetPolicy(options.targetAllowCidrs, options.allowHttp);
    this.resolve = options.resolve ?? systemResolver();
    const connect = vettedConnector(this.policy, this.resolve);
    this.pools = new OriginPools((origin) => new Pool(origin, { ...POOL_OPTIONS, connect }));
    this.idleSweep = setInterval(() => this.pools.closeIdle(performance.now()), IDLE_SWEEP_INTERVAL_MS).unref();
  }

  get inFlight(): number {
    return this.sendsInFlight;
  }

  /** Never rejects: whatever the receiver or the network does is in the answer. */
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

  /** When a target is saved: `null`, or a sentence that says why it is refused. A name that does not resolve yet is accepted. */
  async checkTarget(text: string, { httpsOnly = false }: { httpsOnly?: boolean } = {}): Promise<string | null> {
    const { url, refusal } = this.policy.vetUrl(text, httpsOnly);
    if (url === null) return refusal;
    const host = hostOf(url);
    if (isIP(host) !== 0) return null;
    return this.policy.refuseResolved(host, await this.addressesKnownSoon(host));
  }

  /** Takes no more requests, waits for those in flight (their deadlines bound that) and closes every connection. */
  close(): Promise<void> {
    this.closing ??= this.drainAndClose();
    return this.closing;
  }

  onApplicationShutdown(): Promise<void> {
    return this.close();
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

  private async addressesKnownSoon(host: string): Promise<readonly string[]> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<readonly never[]>((resolve) => {
      timer = setTimeout(() => resolve([]), MAX_LOOKUP_AT_SAVE_MS);
    });
    const found = await Promise.race([this.resolve(host).catch(() => []), tooLate]);
    clearTimeout(timer);
    return found.map(({ address }) => address);
  }
}
