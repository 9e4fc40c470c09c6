import { createHash } from 'node:crypto';
import { Ajv, type ErrorObject } from 'ajv';
import { configure } from 'safe-stable-stringify';
import type { Actor, EntityReference } from '../ats/canonical-event.js';
import { validateEventData } from '../ats/event-validator.js';
import { MAX_EVENTS_OF_ONE_CALL } from '../ats/inbound.js';
import { subjectOf } from '../ats/subject-of.js';
import { INSTANT_MISTAKE, parseInstant } from '../common/instant.js';
import { type JsonObject, isJsonObject } from '../common/json.js';
import { type FieldProblem, Problem } from '../common/problem.js';
import type { EventDraft } from './event-draft.js';

/**
 * Reads the native API's events. Checked with Ajv rather than class-validator, which costs ten times the JSON parse on
 * a large batch.
 */

export const MAX_BATCH_EVENTS = MAX_EVENTS_OF_ONE_CALL;
const MAX_PROBLEMS = 50;
const IDEMPOTENCY_HOURS = 7 * 24;
/** A date alone is no time. */
const TIME = '[Tt]';
/** Neither NUL, which PostgreSQL's text doesn't hold, nor half a surrogate pair, which UTF-8 doesn't. */
const STORABLE = '^[^\\u0000\\p{Surrogate}]*$';

const TEXT = { type: 'string', minLength: 1, maxLength: 255 };
const UNSTORABLE = 'must not hold a NUL character or half a surrogate pair';
const KEY_TEXT = { ...TEXT, pattern: STORABLE };
const EVENT_SCHEMA = {
  type: 'object',
  required: ['type', 'data'],
  additionalProperties: false,
  properties: {
    type: TEXT,
    data: { type: 'object' },
    id: KEY_TEXT,
    occurred_at: { type: 'string', pattern: TIME },
    subject: {
      type: 'object',
      required: ['entity', 'id'],
      additionalProperties: false,
      properties: { entity: KEY_TEXT, id: KEY_TEXT },
    },
    actor: {
      type: ['object', 'null'],
      additionalProperties: false,
      properties: { id: TEXT, name: TEXT, email: TEXT },
    },
    test: { type: 'boolean' },
  },
};

interface EventInput {
  readonly type: string;
  readonly data: JsonObject;
  readonly id?: string;
  readonly occurred_at?: string;
  readonly subject?: EntityReference;
  readonly actor?: Actor | null;
  readonly test?: boolean;
}

const isEventInput = new Ajv({ allErrors: true, verbose: true, allowUnionTypes: true }).compile<EventInput>(
  EVENT_SCHEMA,
);
const stableStringify = configure({ deterministic: true, maximumDepth: 2_000, maximumBreadth: 10_000_000 });

export interface ReadOptions {
  /** Names an event in problems: `events[3].`, or nothing. */
  readonly prefix: string;
  readonly idempotencyKey: string | null;
}

/** A draft, or what is wrong with the body. */
export function readEvent(body: unknown, options: ReadOptions): EventDraft | FieldProblem[] {
  if (!isEventInput(body)) return (isEventInput.errors ?? []).map((error) => toProblem(error, options.prefix));
  const problems = validateEventData(body.type, body.data).map(({ field, message }) => ({
    field: options.prefix + field,
    message,
  }));
  const occurredAt = body.occurred_at === undefined ? null : parseInstant(body.occurred_at);
  if (body.occurred_at !== undefined && !occurredAt) {
    problems.push({ field: `${options.prefix}occurred_at`, message: INSTANT_MISTAKE });
  }
  if (problems.length > 0) return problems;
  return {
    type: body.type,
    occurredAt,
    source: { dialect: 'standard', source_id: null, event_id: body.id ?? null, type: null },
    subject: body.subject ?? subjectOf(body.type, body.data),
    actor: body.actor ?? null,
    data: body.data,
    extensions: {},
    test: body.test ?? false,
    hops: 0,
    received: null,
    warnings: [],
    identity: identityOf(body, options.idempotencyKey),
  };
}

/** All drafts of a batch, or one problem that lists what is wrong with any of them. */
export function readBatch(body: unknown, idempotencyKey: string | null): EventDraft[] {
  if (!isJsonObject(body))
    throw Problem.invalidField('events', 'is required: the body must be an object with 1 to 1,000 events');
  const { events, ...others } = body;
  const unknown = Object.keys(others)[0];
  if (unknown !== undefined) throw Problem.invalidField(unknown, 'is not a known field');
  if (!Array.isArray(events) || events.length < 1 || events.length > MAX_BATCH_EVENTS) {
    throw Problem.invalidField('events', `must be an array of 1 to ${MAX_BATCH_EVENTS} events`);
  }
  const drafts: EventDraft[] = [];
  const problems: FieldProblem[] = [];
  for (const [index, event] of events.entries()) {
    const key = idempotencyKey === null ? null : `${idempotencyKey}#${index}`;
    const draft = readEvent(event, { prefix: `events[${index}].`, idempotencyKey: key });
    if (Array.isArray(draft)) problems.push(...draft);
    else drafts.push(draft);
    if (problems.length >= MAX_PROBLEMS) break;
  }
  if (problems.length > 0) throw Problem.invalid(problems);
  return drafts;
}

/** The producer's own id comes first: it says more about the event than a header about the request. */
function identityOf(body: EventInput, headerKey: string | null): EventDraft['identity'] {
  const key = body.id !== undefined ? `id:${body.id}` : headerKey === null ? null : `key:${headerKey}`;
  if (key === null) return null;
  const bodyHash = createHash('sha256')
    .update(stableStringify(body) ?? '')
    .digest('hex');
  return { kind: 'key', key, hours: IDEMPOTENCY_HOURS, bodyHash };
}

function toProblem(error: ErrorObject, prefix: string): FieldProblem {
  const path = error.instancePath.slice(1).replaceAll('/', '.');
  const at = (name: string) => prefix + (path === '' ? name : `${path}.${name}`);
  switch (error.keyword) {
    case 'required':
      return {
        field: at(String((error.params as { missingProperty: string }).missingProperty)),
        message: 'is required',
      };
    case 'additionalProperties':
      return {
        field: at(String((error.params as { additionalProperty: string }).additionalProperty)),
        message: 'is not a known field',
      };
    case 'pattern':
      return { field: prefix + path, message: error.schema === TIME ? INSTANT_MISTAKE : UNSTORABLE };
    case 'minLength':
    case 'maxLength':
      return { field: prefix + path, message: 'must be 1 to 255 characters long' };
    case 'type': {
      const wanted = (error.params as { type: string | string[] }).type;
      const field = path === '' ? prefix.replace(/\.$/, '') || 'body' : prefix + path;
      return { field, message: `must be ${Array.isArray(wanted) ? wanted.join(' or ') : wanted}` };
    }
    default:
      return { field: prefix + path, message: error.message ?? 'is wrong' };
  }
}
