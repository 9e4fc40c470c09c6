import { isJsonObject } from '../common/json.js';
import type { SecretBinding, SecretBox } from '../signing/secret-box.js';
import type { SubscriptionAuth } from './subscription-auth.js';
import type { Subscription } from './subscription.entity.js';

/** Everything a call to a subscription's receiver needs, secrets opened. Lives in memory only, keyed by `version`. */
export interface SubscriptionTarget {
  readonly id: string;
  readonly accountId: string;
  readonly partnerId: string | null;
  readonly version: number;
  readonly dialect: string;
  readonly name: string | null;
  readonly events: readonly string[];
  readonly url: string;
  readonly timeoutMs: number | null;
  /** Calls a second; `null`: no limit. */
  readonly rateLimit: number | null;
  readonly includeFiles: boolean;
  readonly secret: string;
  readonly previousSecret: { readonly secret: string; readonly expiresAt: Date } | null;
  readonly auth: SubscriptionAuth | null;
  readonly headers: Readonly<Record<string, string>>;
}

type SealedColumn = 'secret' | 'previous_secret' | 'auth' | 'headers';

export function subscriptionBinding(column: SealedColumn, rowId: string): SecretBinding {
  return { table: 'subscriptions', column, rowId };
}

/** Opens what is sealed in a subscription's row. */
export function openTarget(box: SecretBox, row: Subscription): SubscriptionTarget {
  const open = (column: SealedColumn, sealed: Buffer | null) =>
    sealed && box.open(sealed, subscriptionBinding(column, row.id));
  const previous = open('previous_secret', row.previousSecret);
  const auth = open('auth', row.auth);
  const headers: unknown = JSON.parse(open('headers', row.headers) ?? '{}');
  return {
    id: row.id,
    accountId: row.accountId,
    partnerId: row.partnerId,
    version: row.version,
    dialect: row.dialect,
    name: row.name,
    events: row.events,
    url: row.url,
    timeoutMs: row.timeoutMs,
    rateLimit: row.rateLimit,
    includeFiles: row.includeFiles,
    secret: open('secret', row.secret) ?? '',
    previousSecret:
      previous !== null && row.previousSecretExpiresAt
        ? { secret: previous, expiresAt: row.previousSecretExpiresAt }
        : null,
    auth: auth === null ? null : (JSON.parse(auth) as SubscriptionAuth),
    headers: isJsonObject(headers) ? (headers as Record<string, string>) : {},
  };
}

/** The secrets to sign with now, oldest first. */
export function signingSecrets(target: SubscriptionTarget, now: Date): readonly string[] {
  const { previousSecret: previous, secret } = target;
  return previous && previous.expiresAt > now ? [previous.secret, secret] : [secret];
}
