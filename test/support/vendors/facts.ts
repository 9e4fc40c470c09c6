import { isJsonObject, type JsonValue } from '../../../src/common/json.js';
import { type Field, fieldsOf, jobaffinityApplication, type WrittenEvent } from './fields.js';

/** What a body tells, thing by thing under its canonical path, whoever wrote it; what is null or empty tells nothing. */

export type Scalar = string | number | boolean;
export type Facts = ReadonlyMap<string, Scalar>;

export interface Leaf {
  /** `data.sectors[0].uuid` */
  readonly path: string;
  readonly value: Scalar;
}

/** What the body of an event tells by its vendor's fields. */
export function factsOf(event: WrittenEvent, body: JsonValue, fetched?: JsonValue): Facts {
  const facts = new Map(read(event.dialect, fieldsOf(event), body));
  if (fetched === undefined) return facts;
  for (const [path, value] of read(event.dialect, jobaffinityApplication, fetched)) facts.set(path, value);
  // The field's name says it.
  if (facts.has('application.files[0].url')) facts.set('application.files[0].type', 'cv');
  return facts;
}

function read(dialect: string, fields: readonly Field[], body: JsonValue): [string, Scalar][] {
  return leavesOf(body).flatMap(({ path, value }) =>
    fields.flatMap(([vendor, canonical]) => {
      const place = placeOf(path, vendor, canonical);
      return place === null ? [] : [[place, readAs(dialect, value)] as [string, Scalar]];
    }),
  );
}

/** Where the other side has what stands at `path` here, if the field is about it. */
export function placeOf(path: string, here: string, there: string): string | null {
  const match = patternOf(here).exec(path);
  if (!match) return null;
  const indexes = match.slice(1, -1);
  const rest = match.at(-1) ?? '';
  const place = there.replaceAll('[]', () => `[${indexes.shift()}]`);
  return place === '' || rest === '' ? place + rest.replace(/^\./, '') : `${place}.${rest}`.replace(/\.([.[])/, '$1');
}

function patternOf(field: string): RegExp {
  if (field === '') return /^(.*)$/;
  const text = field.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('\\[\\]', '\\[(\\d+)\\]');
  return new RegExp(`^${text}((?:[.[].*)?)$`);
}

export function leavesOf(value: JsonValue, path = ''): Leaf[] {
  if (value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => leavesOf(item, `${path}[${index}]`));
  if (!isJsonObject(value)) return [{ path, value }];
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, path === '' ? key : `${path}.${key}`));
}

/** As vendors mean what they write: references of JobAffinity's stand for ids; Greenhouse writes some days month first. */
export function readAs(dialect: string, value: Scalar): Scalar {
  if (typeof value !== 'string') return value;
  if (dialect === 'jobaffinity') return decodeURIComponent(value.replace(/^\/restapi\/v1\/\w+\//, ''));
  return dialect === 'greenhouse' ? value.replace(/^(\d\d)\/(\d\d)\/(\d{4})$/, '$3-$1-$2') : value;
}

const DAY = /^\d{4}-\d{2}-\d{2}/;

/** The same thing in the words of two vendors: a number may be text, and a time cut to the second or the day. */
export function isSame(left: Scalar, right: Scalar): boolean {
  const [one, other] = [String(left), String(right)];
  if (one === other) return true;
  if (!DAY.test(one) || !DAY.test(other)) return false;
  const length = Math.min(one.length, other.length) === 10 ? 10 : 19;
  return isoOf(one).slice(0, length) === isoOf(other).slice(0, length);
}

/** Times without an offset are in UTC. */
export function isoOf(text: string): string {
  const time = Date.parse(
    /[zZ]|[+-]\d\d:?\d\d$/.test(text.slice(10)) ? text : `${text.replace(' ', 'T')}${text.length > 10 ? 'Z' : ''}`,
  );
  return Number.isNaN(time) ? '' : new Date(time).toISOString();
}
