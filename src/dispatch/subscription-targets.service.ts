import { Injectable } from '@nestjs/common';
import type { SubscriptionTarget } from '../subscriptions/subscription-target.js';
import { SubscriptionsService } from '../subscriptions/subscriptions.service.js';

const MAX_CACHED = 10_000;

/** Keeps what sending to a subscription needs, for as long as its version is the one that a claim has read. */
@Injectable()
export class SubscriptionTargets {
  private readonly cache = new Map<string, SubscriptionTarget>();

  constructor(private readonly subscriptions: SubscriptionsService) {}

  /** By subscription id; those that were deleted meanwhile are absent. */
  async load(versions: ReadonlyMap<string, number>): Promise<Map<string, SubscriptionTarget>> {
    const stale = [...versions]
      .filter(([id, version]) => (this.cache.get(id)?.version ?? 0) < version)
      .map(([id]) => id);
    if (stale.length > 0) await this.reload(stale);
    const found = new Map<string, SubscriptionTarget>();
    for (const id of versions.keys()) {
      const target = this.cache.get(id);
      if (target) found.set(id, target);
    }
    return found;
  }

  /** Without asking the database: `null` unless exactly this version is at hand. */
  known(id: string, version: number): SubscriptionTarget | null {
    const target = this.cache.get(id);
    return target?.version === version ? target : null;
  }

  private async reload(ids: readonly string[]): Promise<void> {
    if (this.cache.size + ids.length > MAX_CACHED) this.cache.clear();
    for (const id of ids) this.cache.delete(id);
    for (const target of await this.subscriptions.targets(ids)) this.cache.set(target.id, target);
  }
}
