import type { Dialect } from '../ats/dialect.js';
import { type Signable, standardWebhooksHeaders } from '../signing/signature-schemes.js';

/** The headers that every call of a dialect carries, whoever it goes to. */

export const USER_AGENT = { 'user-agent': 'ATS-Integration-Hub/1.0' };

export interface CallKind {
  readonly test: boolean;
  /** How many hubs the event has come through before this one. */
  readonly hops: number;
}

/** Signed for the time in the message: receivers refuse old timestamps. */
export function callHeaders(dialect: Dialect, message: Signable, { test, hops }: CallKind): Record<string, string> {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    ...standardWebhooksHeaders(message),
    // Another hub refuses what has come through too many of them: it is going round in circles.
    'hub-hops': String(hops + 1),
  };
  if (test) headers['webhook-test'] = 'true';
  return Object.assign(headers, dialect.sign(message));
}
