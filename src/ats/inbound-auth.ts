import { equalsInConstantTime } from '../signing/signature-schemes.js';
import { AUTHENTIC, missing, refused, verifyBodySignature, type Verdict } from '../signing/signature-verification.js';
import type { InboundRequest, SourceAuth, SourceSettings } from './inbound.js';

/** Checks what a source was told to expect beside, or instead of, a vendor's own signature. */

export const HOOK_SECRET_HEADER = 'x-hook-secret';
/** Room for blanks around and in an empty array. */
const MAX_EMPTY_BODY_BYTES = 16;

/** A source without `auth` trusts its unguessable address. */
export function verifyAuth(request: InboundRequest, { auth, secrets, confirmedSecret }: SourceSettings): Verdict {
  switch (auth?.type) {
    case undefined:
      return AUTHENTIC;
    case 'basic':
      return verifyBasic(headerOf(request, 'authorization'), `${auth.username}:${auth.password}`);
    case 'bearer':
      return verifyBearer(headerOf(request, 'authorization'), auth.token);
    case 'header':
      return verifyValue(auth.name.toLowerCase(), headerOf(request, auth.name), auth.value);
    case 'hmac':
      return verifyBodySignature(auth, headerOf(request, auth.header), [request.rawBody], secrets);
    case 'hook_secret':
      return verifyHookSecret(request, confirmedSecret);
  }
}

/** A call that tells of nothing but carries a secret: the vendor wants to see the secret in the answer. */
export function isConfirmingCall(request: InboundRequest): boolean {
  if (headerOf(request, HOOK_SECRET_HEADER) === null || request.rawBody.length > MAX_EMPTY_BODY_BYTES) return false;
  return /^(?:\[\s*\]|\{\s*\})?$/.test(request.rawBody.toString('utf8').trim());
}

/** The headers of a call that hold credentials and must not be shown, beside cookies and `authorization`. */
export function credentialHeaders(auth: SourceAuth | null): string[] {
  if (auth?.type === 'header') return [HOOK_SECRET_HEADER, auth.name.toLowerCase()];
  return auth?.type === 'hmac' ? [HOOK_SECRET_HEADER, auth.header.toLowerCase()] : [HOOK_SECRET_HEADER];
}

/** A header that was sent once and is not empty, or `null`. */
export function headerOf(request: InboundRequest, name: string): string | null {
  const key = name.toLowerCase();
  const value = Object.hasOwn(request.headers, key) ? request.headers[key] : undefined;
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

function verifyBasic(header: string | null, expected: string): Verdict {
  if (header === null) return missing('authorization');
  const [, encoded] = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(header) ?? [];
  if (encoded === undefined) return refused('The header authorization holds no HTTP Basic login.');
  return matches('authorization', Buffer.from(encoded, 'base64').toString('utf8'), expected);
}

function verifyBearer(header: string | null, expected: string): Verdict {
  if (header === null) return missing('authorization');
  const [, token] = /^bearer +(\S.*)$/i.exec(header) ?? [];
  if (token === undefined) return refused('The header authorization holds no bearer token.');
  return matches('authorization', token, expected);
}

function verifyValue(name: string, given: string | null, expected: string): Verdict {
  return given === null ? missing(name) : matches(name, given, expected.trim());
}

/** The first confirming call is taken as it comes; from then on its secret is asked for, of confirming calls too. */
function verifyHookSecret(request: InboundRequest, confirmed: string | null): Verdict {
  const given = headerOf(request, HOOK_SECRET_HEADER);
  if (given === null) return missing(HOOK_SECRET_HEADER);
  if (confirmed !== null) return matches(HOOK_SECRET_HEADER, given, confirmed);
  return isConfirmingCall(request) ? AUTHENTIC : refused('The address has not been confirmed by a first call yet.');
}

function matches(header: string, given: string, expected: string): Verdict {
  if (expected !== '' && equalsInConstantTime(given, expected)) return AUTHENTIC;
  return refused(`The header ${header} does not hold what the source was set up with.`);
}
