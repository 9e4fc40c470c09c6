import {
  bodySignature,
  equalsInConstantTime,
  standardWebhooksHeaders,
  standardWebhooksKey,
  timestampedSignature,
} from './signature-schemes.js';

/**
 * Verifies what vendors sign, as pure functions: each takes the raw body and all secrets that are valid now, in any
 * order. A reason says what to look at and never holds a secret or a signature.
 */

export type Verdict = { readonly ok: true } | { readonly ok: false; readonly reason: string };

export interface SignedCall {
  readonly body: Buffer;
  readonly secrets: readonly string[];
  readonly receivedAt: Date;
}

/** How far a signed timestamp may be from the clock, both ways. */
export const TIMESTAMP_TOLERANCE_SECONDS = 300;

export const AUTHENTIC: Verdict = { ok: true };

const NO_SECRET = refused('The source has no secret to verify the signature with.');

export function refused(reason: string): Verdict {
  return { ok: false, reason };
}

/** The three headers of Standard Webhooks; the signature header may hold several, separated by spaces. */
export function verifyStandardWebhooks(
  call: SignedCall,
  headers: { readonly id: string | null; readonly timestamp: string | null; readonly signature: string | null },
): Verdict {
  const { id, timestamp, signature } = headers;
  if (!id) return missing('webhook-id');
  if (!timestamp) return missing('webhook-timestamp');
  if (!signature) return missing('webhook-signature');
  const timestampSeconds = readSeconds(timestamp);
  if (timestampSeconds === null) return refused('The header webhook-timestamp is not a time in whole seconds.');
  // An empty key would let anybody sign.
  const secrets = call.secrets.filter((secret) => standardWebhooksKey(secret).length > 0);
  if (secrets.length === 0) return NO_SECRET;
  const expected = secrets.map((secret) => {
    const signable = { messageId: id, timestampSeconds, body: call.body, secrets: [secret] };
    return standardWebhooksHeaders(signable)['webhook-signature'] ?? '';
  });
  if (!anyEqual(signature.split(' '), expected)) return unfitting('webhook-signature');
  return timely(timestampSeconds, call.receivedAt);
}

/** `t=<unix seconds>,v1=<hex>[,v1=<hex>]` over `t.body`; other schemes beside `v1` are not looked at. */
export function verifyTimestampedSignature(call: SignedCall, header: string, value: string | null): Verdict {
  if (!value) return missing(header);
  const parts = value.split(',').map(readPart);
  const times = parts.filter(({ name }) => name === 't');
  const given = parts.filter(({ name }) => name === 'v1').map((part) => part.value);
  const timestampSeconds = times.length === 1 ? readSeconds(times[0]?.value ?? '') : null;
  if (timestampSeconds === null || given.length === 0) {
    return refused(`The header ${header} is not of the form t=<unix seconds>,v1=<hex>.`);
  }
  const secrets = call.secrets.filter((secret) => secret !== '');
  if (secrets.length === 0) return NO_SECRET;
  const expected = secrets.map((secret) => {
    const signed = timestampedSignature({ messageId: '', timestampSeconds, body: call.body, secrets: [secret] });
    return signed.slice(signed.indexOf('v1=') + 'v1='.length);
  });
  if (!anyEqual(given, expected)) return unfitting(header);
  return timely(timestampSeconds, call.receivedAt);
}

export interface BodySignatureScheme {
  readonly header: string;
  readonly encoding: 'hex' | 'base64';
  /** What stands before the signature in the header, e.g. `sha256=`. */
  readonly prefix?: string;
}

/** An HMAC-SHA256 over the body alone: over any of `bodies`, where a vendor is free in how it writes it. */
export function verifyBodySignature(
  scheme: BodySignatureScheme,
  value: string | null,
  bodies: readonly (Buffer | string)[],
  secrets: readonly string[],
): Verdict {
  if (!value) return missing(scheme.header);
  const keys = secrets.filter((secret) => secret !== '');
  if (keys.length === 0) return NO_SECRET;
  const expected = keys.flatMap((secret) =>
    bodies.map((body) => (scheme.prefix ?? '') + bodySignature(body, secret, scheme.encoding)),
  );
  return anyEqual([value], expected) ? AUTHENTIC : unfitting(scheme.header);
}

export function missing(header: string): Verdict {
  return refused(`The header ${header} is missing.`);
}

function unfitting(header: string): Verdict {
  return refused(`The signature in ${header} does not fit: it was made with another secret or over another body.`);
}

function timely(timestampSeconds: number, receivedAt: Date): Verdict {
  const ageSeconds = Math.floor(receivedAt.getTime() / 1000) - timestampSeconds;
  if (Math.abs(ageSeconds) <= TIMESTAMP_TOLERANCE_SECONDS) return AUTHENTIC;
  const distance = ageSeconds > 0 ? `${ageSeconds} s old` : `${-ageSeconds} s ahead`;
  return refused(`The signature fits but is ${distance}: at most ${TIMESTAMP_TOLERANCE_SECONDS} s are accepted.`);
}

/** Canonical digits only: what was signed is the text, and it is written anew from the number. */
function readSeconds(text: string): number | null {
  return /^(?:0|[1-9]\d{0,11})$/.test(text) ? Number(text) : null;
}

function readPart(part: string): { name: string; value: string } {
  const separator = part.indexOf('=');
  if (separator < 0) return { name: '', value: '' };
  return { name: part.slice(0, separator).trim(), value: part.slice(separator + 1).trim() };
}

function anyEqual(given: readonly string[], expected: readonly string[]): boolean {
  return given.some((signature) => expected.some((candidate) => equalsInConstantTime(signature, candidate)));
}
