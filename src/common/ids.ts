import { randomBytes, randomUUID } from 'node:crypto';
import { fromUUID, getType, toUUID, fromString } from 'typeid-js';
import { v7 } from 'uuid';
import { Problem } from './problem.js';

/**
 * Ids are UUIDv7 in the database and TypeIDs (`evt_01h…`) everywhere a person sees them. The id's own time orders
 * rows, pages lists and picks partitions.
 */
export const ID_PREFIXES = {
  account: 'acc',
  partner: 'ptn',
  apiKey: 'key',
  source: 'src',
  event: 'evt',
  subscription: 'wh',
  delivery: 'dlv',
  attempt: 'att',
  audit: 'aud',
  recovery: 'rcv',
  erasure: 'era',
  inboundRequest: 'req',
} as const;

export type IdKind = keyof typeof ID_PREFIXES;

const POOL_BYTES = 16_384;
const RANDOM_BYTES = 16;
let pool = randomBytes(POOL_BYTES);
let poolOffset = 0;
let lastMs = 0;
let sequence = 0;

/**
 * A UUIDv7, larger than all that this process made before. Random bytes are drawn many at a time: asking the system
 * for each id costs more than all else about it.
 */
export function newUuid(): string {
  if (poolOffset === POOL_BYTES) {
    pool = randomBytes(POOL_BYTES);
    poolOffset = 0;
  }
  const random = pool.subarray(poolOffset, (poolOffset += RANDOM_BYTES));
  const now = Date.now();
  if (now > lastMs) {
    lastMs = now;
    // Half of the range is left to count on in.
    sequence = random.readUInt32BE(6) >>> 1;
  } else {
    sequence++;
  }
  return v7({ msecs: lastMs, seq: sequence, random });
}

/** Names a request in its answer, in the logs and in the audit log. */
export function newRequestId(): string {
  return `req_${randomUUID()}`;
}

export function publicId(kind: IdKind, uuid: string): string {
  return fromUUID(uuid, ID_PREFIXES[kind]);
}

/** The UUID behind a public id, or `null` when the text is not an id of that kind. */
export function parsePublicId(kind: IdKind, text: string): string | null {
  try {
    const id = fromString(text);
    return getType(id) === ID_PREFIXES[kind] ? toUUID(id) : null;
  } catch {
    return null;
  }
}

/** For ids in paths: what isn't an id names nothing, so it is a 404. */
export function uuidFromPath(kind: IdKind, text: string): string {
  const uuid = parsePublicId(kind, text);
  if (!uuid) throw Problem.notFound(`There is no ${kind} with the id "${text.slice(0, 80)}".`);
  return uuid;
}

/** The smallest UUIDv7 of a millisecond: a bound for "since" and "until", and for partitions. */
export function firstUuidAt(time: Date): string {
  const hex = Math.max(0, time.getTime()).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7000-8000-000000000000`;
}

/** The millisecond a UUIDv7 was made in. */
export function uuidTime(uuid: string): Date {
  return new Date(Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16));
}
