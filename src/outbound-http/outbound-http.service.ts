import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { isIP } from 'node:net';
import { CallsThread } from './calls-thread.js';
import type { OutboundAnswer, OutboundRequest } from './outbound-answer.js';
import { type Calls, OutboundCalls, type TargetOptions } from './outbound-calls.js';
import { hostOf, TargetPolicy } from './target-policy.js';
import { type Resolve, systemResolver } from './vetted-connector.js';

export type { OutboundAnswer, OutboundError, OutboundErrorCode, OutboundRequest } from './outbound-answer.js';
export type { Resolve } from './vetted-connector.js';

export interface OutboundHttpOptions extends TargetOptions {
  /** How names become addresses; the system's resolver unless told otherwise. Another cannot go to another thread. */
  readonly resolve?: Resolve;
  /** Calls are made on a thread of their own, where names are resolved by the system (docs/decisions/0009-calls-on-a-thread.md). */
  readonly ownThread?: boolean;
}

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
  private readonly calls: Calls;

  constructor({ targetAllowCidrs, allowHttp, resolve, ownThread = false }: OutboundHttpOptions) {
    const targets = { targetAllowCidrs, allowHttp };
    this.policy = new TargetPolicy(targetAllowCidrs, allowHttp);
    this.resolve = resolve ?? systemResolver();
    this.calls = ownThread && !resolve ? new CallsThread(targets) : new OutboundCalls(targets, this.resolve);
  }

  get inFlight(): number {
    return this.calls.inFlight;
  }

  /** Never rejects: whatever the receiver or the network does is in the answer. */
  send(request: OutboundRequest): Promise<OutboundAnswer> {
    return this.calls.send(request);
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
    return this.calls.close();
  }

  onApplicationShutdown(): Promise<void> {
    return this.close();
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
