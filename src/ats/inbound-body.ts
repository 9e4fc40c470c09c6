import { hasRoundedNumber, isDeeperThan } from '../common/json-depth.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../common/json.js';
import { readPath } from './field-map.js';
import { headerOf } from './inbound-auth.js';
import {
  type DecodedRequest,
  type InboundEvent,
  type InboundRequest,
  MAX_EVENTS_OF_ONE_CALL,
  type Unreadable,
} from './inbound.js';

/** Reads the bodies of vendors' calls. Nothing here throws, whatever a body holds. */

/** The depth up to which values can be walked and written again; the core's own limit is lower as a rule. */
const MAX_DEPTH = 1_000;
const TEST_HEADER = 'webhook-test';
const ROUNDED = 'A number in the body has more digits than JavaScript numbers hold: it is delivered rounded.';

const utf8 = new TextDecoder('utf-8', { fatal: true });

export interface JsonText {
  readonly value: JsonValue;
  readonly text: string;
}

/** Decodes a call whose body is JSON; one that is marked as a test is not looked into. */
export function decodeJson(request: InboundRequest, decode: (body: JsonValue) => DecodedRequest): DecodedRequest {
  if (headerOf(request, TEST_HEADER)?.toLowerCase() === 'true') return { kind: 'test' };
  const body = readJson(request.rawBody);
  if (typeof body === 'string') return unreadable(body);
  // Before any of it is looked into: all events of a call are accepted in one transaction.
  if (Array.isArray(body.value) && body.value.length > MAX_EVENTS_OF_ONE_CALL) {
    return unreadable(
      `The body must be an array of ${MAX_EVENTS_OF_ONE_CALL} items at most, not ${body.value.length}.`,
    );
  }
  const decoded = decode(body.value);
  if (decoded.kind !== 'events' || !hasRoundedNumber(body.text)) return decoded;
  return { kind: 'events', events: decoded.events.map((event, index) => withRoundedNumber(event, body.text, index)) };
}

/** Completes an event with a fetched body that is JSON. */
export function completeJson(
  event: InboundEvent,
  fetchedBody: Buffer,
  complete: (event: InboundEvent, fetched: JsonValue) => InboundEvent | null,
): InboundEvent | null {
  const body = readJson(fetchedBody);
  const completed = typeof body === 'string' ? null : complete(event, body.value);
  if (completed === null || typeof body === 'string' || !hasRoundedNumber(body.text)) return completed;
  return withRoundedNumber(completed, body.text, 0);
}

/** The parsed body, or what is wrong with it. */
export function readJson(rawBody: Buffer): JsonText | string {
  if (rawBody.length === 0) return 'The body is empty.';
  if (isDeeperThan(rawBody, MAX_DEPTH)) return `The body is nested deeper than ${MAX_DEPTH} levels.`;
  try {
    const text = utf8.decode(rawBody);
    return { value: JSON.parse(text) as JsonValue, text };
  } catch (error) {
    return error instanceof SyntaxError ? 'The body is not JSON.' : 'The body is not UTF-8.';
  }
}

export function unreadable(reason: string): Unreadable {
  return { kind: 'unreadable', reason };
}

/** An event's name can be stored and shown: 1 to 100 characters without control characters. */
export function isEventName(name: JsonValue | undefined): name is string {
  return typeof name === 'string' && /^[^\p{Cc}\p{Surrogate}]{1,100}$/u.test(name) && name.trim() !== '';
}

export function unreadableName(path: string): Unreadable {
  return unreadable(`\`${path}\` must be the name of the event, a text of 1 to 100 characters.`);
}

export function objectAt(holder: JsonObject, ...path: string[]): JsonObject | null {
  const value = readPath(holder, path);
  return isJsonObject(value) ? value : null;
}

/** A text, or a whole number as text: vendors disagree on how ids are written. */
export function idAt(holder: JsonObject, ...path: string[]): string | null {
  const value = readPath(holder, path);
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : null;
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Parsed values that were rounded may be equal where the texts are not: the text is compared instead. */
function withRoundedNumber(event: InboundEvent, text: string, index: number): InboundEvent {
  const state = event.state === null ? null : [index, text];
  return { ...event, state, warnings: [...event.warnings, ROUNDED] };
}
