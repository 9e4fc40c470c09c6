import { Inject, Injectable } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Problem } from '../common/problem.js';
import { HUB_CONFIG, type HubConfig } from '../config/config.js';
import type { KeyOwner } from './api-keys.service.js';

/**
 * How many requests a second a key, and an account with all its keys, may make of this process, so that nobody takes all
 * of it. Counted in memory: a limit that waits for the database would be the load it keeps off.
 */
@Injectable()
export class RequestLimits {
  private readonly perKey: RateLimiterMemory | null;
  private readonly perAccount: RateLimiterMemory | null;

  constructor(@Inject(HUB_CONFIG) config: HubConfig) {
    this.perKey = limiter(config.keyRequestsPerSecond);
    this.perAccount = limiter(config.accountRequestsPerSecond);
  }

  /** Throws `rate_limited` when this request is one too many. */
  async count({ keyId, accountId }: KeyOwner): Promise<void> {
    await take(this.perKey, keyId, 'This API key');
    await take(this.perAccount, accountId, 'This account');
  }
}

function limiter(perSecond: number): RateLimiterMemory | null {
  return perSecond === 0 ? null : new RateLimiterMemory({ points: perSecond, duration: 1 });
}

async function take(limit: RateLimiterMemory | null, key: string, who: string): Promise<void> {
  try {
    await limit?.consume(key);
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    const seconds = Math.max(1, Math.ceil(refusal.msBeforeNext / 1_000));
    const detail = `${who} makes more than ${limit?.points} requests a second: wait, and send several events in one batch.`;
    throw new Problem('rate_limited', detail, undefined, seconds);
  }
}
