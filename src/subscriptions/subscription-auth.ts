import { isJsonObject } from '../common/json.js';
import type { FieldProblem } from '../common/problem.js';
import { bodySignature } from '../signing/signature-schemes.js';

/** How a receiver recognises the hub, beside the dialect's own signature. */
export type SubscriptionAuth =
  | { readonly type: 'basic'; readonly username: string; readonly password: string }
  | { readonly type: 'bearer'; readonly token: string }
  | { readonly type: 'header'; readonly name: string; readonly value: string }
  | { readonly type: 'hmac'; readonly header: string; readonly encoding: 'hex' | 'base64'; readonly prefix?: string };

const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/;
const HEADER_VALUE = /^[\x20-\x7e]{0,2000}$/;
const MAX_HEADERS = 20;
/** The connection's own, and the hub's. */
const FORBIDDEN_HEADERS = new Set([
  'host',
  'connection',
  'keep-alive',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'expect',
  'proxy-authorization',
  'proxy-connection',
  'accept-encoding',
  'hub-hops',
]);

const AUTH_FIELDS: Record<
  SubscriptionAuth['type'],
  { readonly required: readonly string[]; readonly optional: readonly string[] }
> = {
  basic: { required: ['username', 'password'], optional: [] },
  bearer: { required: ['token'], optional: [] },
  header: { required: ['name', 'value'], optional: [] },
  hmac: { required: ['header', 'encoding'], optional: ['prefix'] },
};

/** What is wrong with `auth`, by field. */
export function authProblems(auth: unknown, reserved: readonly string[]): FieldProblem[] {
  if (!isJsonObject(auth)) return [{ field: 'auth', message: 'must be an object with a type' }];
  const { type } = auth;
  if (typeof type !== 'string' || !Object.hasOwn(AUTH_FIELDS, type)) {
    return [{ field: 'auth.type', message: 'must be one of basic, bearer, header, hmac' }];
  }
  const fields = AUTH_FIELDS[type as SubscriptionAuth['type']];
  const problems: FieldProblem[] = [];
  for (const name of Object.keys(auth)) {
    if (name !== 'type' && !fields.required.includes(name) && !fields.optional.includes(name)) {
      problems.push({ field: `auth.${name}`, message: `is not a field of auth type ${type}` });
    }
  }
  for (const name of [...fields.required, ...fields.optional.filter((name) => Object.hasOwn(auth, name))]) {
    const message = authFieldMistake(type, name, auth[name], reserved);
    if (message) problems.push({ field: `auth.${name}`, message });
  }
  return problems;
}

function authFieldMistake(type: string, name: string, value: unknown, reserved: readonly string[]): string | null {
  if (typeof value !== 'string' || (value === '' && name !== 'prefix')) return 'must be a non-empty string';
  if (name === 'encoding') return value === 'hex' || value === 'base64' ? null : 'must be "hex" or "base64"';
  if ((type === 'header' && name === 'name') || name === 'header') return headerNameMistake(value, reserved);
  if (name === 'username' && value.includes(':')) return 'must not hold a colon';
  return HEADER_VALUE.test(value) ? null : 'must be at most 2,000 printable ASCII characters';
}

/** What is wrong with custom `headers`, by field. */
export function headersProblems(headers: unknown, reserved: readonly string[]): FieldProblem[] {
  if (!isJsonObject(headers))
    return [{ field: 'headers', message: 'must be an object of header names and text values' }];
  const names = Object.keys(headers);
  if (names.length > MAX_HEADERS) return [{ field: 'headers', message: `must hold at most ${MAX_HEADERS} headers` }];
  const problems: FieldProblem[] = [];
  const seen = new Set<string>();
  for (const name of names) {
    const field = `headers.${name.slice(0, 100)}`;
    const value = headers[name];
    const message = headerNameMistake(name, reserved);
    if (message) problems.push({ field, message });
    else if (seen.has(name.toLowerCase())) problems.push({ field, message: 'stands twice, in other letter case' });
    else if (typeof value !== 'string' || !HEADER_VALUE.test(value)) {
      problems.push({ field, message: 'must be a string of at most 2,000 printable ASCII characters' });
    }
    seen.add(name.toLowerCase());
  }
  return problems;
}

function headerNameMistake(name: string, reserved: readonly string[]): string | null {
  const lower = name.toLowerCase();
  // The one name that an object of headers would lose without a word.
  if (!HEADER_NAME.test(name) || lower === '__proto__') return 'is not a valid HTTP header name';
  if (lower.startsWith('content-') || lower.startsWith('webhook-')) return 'content-* and webhook-* are set by the hub';
  if (FORBIDDEN_HEADERS.has(lower)) return 'is set by the hub';
  return reserved.includes(lower) ? 'is set by the dialect' : null;
}

/** The header that proves the hub to the receiver. An HMAC is keyed like the vendor signatures, with `secret` as text. */
export function authHeader(
  auth: SubscriptionAuth,
  body: string | Buffer,
  secret: string,
): [name: string, value: string] {
  switch (auth.type) {
    case 'basic':
      return ['authorization', `Basic ${Buffer.from(`${auth.username}:${auth.password}`, 'utf8').toString('base64')}`];
    case 'bearer':
      return ['authorization', `Bearer ${auth.token}`];
    case 'header':
      return [auth.name.toLowerCase(), auth.value];
    case 'hmac':
      return [auth.header.toLowerCase(), (auth.prefix ?? '') + bodySignature(body, secret, auth.encoding)];
  }
}

/** The header's name alone: the task history masks it. */
export function authHeaderName(auth: SubscriptionAuth): string {
  if (auth.type === 'header') return auth.name.toLowerCase();
  return auth.type === 'hmac' ? auth.header.toLowerCase() : 'authorization';
}
