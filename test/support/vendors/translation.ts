import type { JsonValue } from '../../../src/common/json.js';
import type { VendorCall } from './calls.js';
import { type Facts, factsOf, isoOf, isSame, leavesOf, placeOf, readAs } from './facts.js';
import { fieldsOf } from './fields.js';
import { factsFor } from './words.js';

/** Compares what a vendor sent with what a partner got in another dialect. */
export interface Translation {
  readonly call: VendorCall;
  /** `evt_…` */
  readonly eventId: string;
  /** When the call was sent, and when it was answered. */
  readonly sent: readonly [from: Date, to: Date];
  readonly to: string;
  /** What the event is called there. */
  readonly name: string;
  readonly body: JsonValue;
}

/** What is missing, other than it was told, or told by nobody; a line each. */
export function mistakesIn(translation: Translation): string[] {
  const { call, to, name, body } = translation;
  const written = { dialect: to, eventName: name, type: call.type };
  const told = factsFor({ type: call.type, from: call.dialect, to }, factsOf(call, call.body, call.fetched));
  const own = { ...TIMES[to], ...envelopeOf(translation) };
  return [
    ...lost(told, written, body),
    ...added(told, { ...written, own }, body),
    ...wrongOwn(own, body),
    ...wrongTimes(translation),
  ];
}

interface Written {
  readonly dialect: string;
  readonly eventName: string;
  readonly type: string;
}

/** Every thing that both documents know must be where the other one has it. */
function lost(told: Facts, written: Written, body: JsonValue): string[] {
  const leaves = new Map(leavesOf(body).map(({ path, value }) => [path, value]));
  return [...told].flatMap(([concept, value]) =>
    fieldsOf(written).flatMap(([vendor, canonical]) => {
      const path = isInData(concept) === isInData(canonical) ? placeOf(concept, canonical, vendor) : null;
      if (path === null || !isKnown(path, written)) return [];
      const has = leaves.get(path);
      return has !== undefined && isSame(value, readAs(written.dialect, has))
        ? []
        : [`lost ${concept} at ${path}: ${value} is ${has}`];
    }),
  );
}

function isInData(canonical: string): boolean {
  return !canonical.startsWith('@');
}

/** One event has a list where another one has no more than the first of it, or the name of a source under one of two names. */
function isKnown(path: string, { eventName }: Written): boolean {
  const oldName = ['unhire_candidate', 'unreject_candidate', 'reject_candidate', 'hire_candidate'].includes(eventName);
  if (path.endsWith('.source.name')) return !oldName;
  return !path.endsWith('.source.public_name') || oldName;
}

/** Every thing that is said must have been told. */
function added(told: Facts, written: Written & { readonly own: Own }, body: JsonValue): string[] {
  return leavesOf(body).flatMap(({ path, value }) => {
    if (path in written.own) return [];
    const concepts = fieldsOf(written).flatMap(([vendor, canonical]) => placeOf(path, vendor, canonical) ?? []);
    const isTold = concepts.some((concept) => {
      const known = told.get(concept);
      return known !== undefined && isSame(known, readAs(written.dialect, value));
    });
    return isTold ? [] : [`invented ${path}: ${value}`];
  });
}

type Own = Readonly<Record<string, string | boolean | RegExp | undefined>>;

/** What the envelope says beside the data. */
function envelopeOf({ call, eventId, to, name }: Translation): Own {
  switch (to) {
    case 'standard':
      return { type: call.type };
    case 'autotechjobs':
      return { id: eventId, type: name };
    case 'jobaffinity':
      return { event: name };
    case 'hatchbeacon':
      return { event: name, ...logEntryOf(name) };
    case 'occupop':
      return { 'meta.resource_type': name.split('_')[0], 'meta.event_name': name };
    case 'greenhouse':
      return { action: name, ...greenhouseMarks(call.type, name) };
    default:
      return {};
  }
}

/** One entry is documented; the others follow it. */
function logEntryOf(name: string): Own {
  const isDocumented = name === 'job_application_created';
  return {
    'data.log.action': isDocumented ? 'create_application' : /^[a-z]+(_[a-z]+)+$/,
    'data.log.resourceType': isDocumented ? 'job_application' : /^[a-z]+(_[a-z]+)*$/,
    'data.details.method': isDocumented ? 'POST' : /^(POST|PUT|PATCH|DELETE)$/,
    'data.details.path': isDocumented ? '/job-applications' : /^\/[a-z-]+(\/|$)/,
  };
}

function greenhouseMarks(type: string, name: string): Own {
  if (name === 'new_prospect_application') return { 'payload.application.prospect': true };
  const reason = 'payload.application.rejection_reason.type.name';
  return type === 'application.withdrawn' ? { [reason]: 'They rejected us' } : {};
}

const MILLISECONDS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const SECONDS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const SPACED = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/;

/** Where a dialect says when it happened, and how it writes that. */
const TIMES: Readonly<Record<string, Readonly<Record<string, RegExp>>>> = {
  standard: { timestamp: MILLISECONDS },
  autotechjobs: { created_at: SECONDS },
  jobaffinity: { datetime: SPACED },
  hatchbeacon: { timestamp: MILLISECONDS, 'data.log.timestamp': MILLISECONDS },
};

/** Of what the vendor said, or else of when the call came in. */
function wrongTimes({ call, sent, to, body }: Translation): string[] {
  const [said] = Object.keys(TIMES[call.dialect] ?? {}).flatMap((path) => leafAt(call.body, path) ?? []);
  return Object.keys(TIMES[to] ?? {}).flatMap((path) => {
    const shown = String(leafAt(body, path));
    if (said !== undefined) return isSame(String(said), shown) ? [] : [`${path} is ${shown}, not ${said}`];
    const [from, until] = sent.map((time) => time.toISOString().slice(0, 19));
    const second = isoOf(shown).slice(0, 19);
    return (from ?? '') <= second && second <= (until ?? '') ? [] : [`${path} is ${shown}, not when it came in`];
  });
}

function wrongOwn(own: Own, body: JsonValue): string[] {
  return Object.entries(own).flatMap(([path, expected]) => {
    const shown = leafAt(body, path);
    const isRight = expected instanceof RegExp ? expected.test(String(shown)) : shown === expected;
    return isRight ? [] : [`${path} is ${shown}, not ${expected}`];
  });
}

function leafAt(body: JsonValue, path: string): string | number | boolean | undefined {
  return leavesOf(body).find((leaf) => leaf.path === path)?.value;
}
