import { writeUuid } from './uuid-bytes.js';

/**
 * Array parameters as PostgreSQL writes them. `pg` makes them too, but looks at every element several times, which on
 * the hot path costs more than the rest of a statement.
 */

const UUID_OID = 2950;
const UUID_BYTES = 16;

/** uuid[], in binary: reading sixteen bytes costs PostgreSQL a fraction of parsing the text of an id. */
export function uuidArray(values: readonly (string | null)[]): Buffer {
  const head = [values.length === 0 ? 0 : 1, values.includes(null) ? 1 : 0, UUID_OID];
  if (values.length > 0) head.push(values.length, 1);
  const out = Buffer.allocUnsafe(head.length * 4 + values.length * (4 + UUID_BYTES));
  let offset = 0;
  for (const field of head) offset = out.writeInt32BE(field, offset);
  for (const value of values) {
    offset = out.writeInt32BE(value === null ? -1 : UUID_BYTES, offset);
    if (value !== null) offset = writeUuid(out, value, offset);
  }
  return out.subarray(0, offset);
}

/** Any type whose values need no quotes. */
export function plainArray(values: readonly (string | number | boolean | null)[]): string {
  let text = '{';
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    text += (index === 0 ? '' : ',') + (value === null ? 'NULL' : String(value));
  }
  return `${text}}`;
}

const SPECIAL = /["\\]/;
const ALL_SPECIALS = /["\\]/g;

export function textArray(values: readonly (string | null)[]): string {
  let text = '{';
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (index > 0) text += ',';
    if (value == null) text += 'NULL';
    else text += SPECIAL.test(value) ? `"${value.replace(ALL_SPECIALS, '\\$&')}"` : `"${value}"`;
  }
  return `${text}}`;
}

/** timestamptz[] */
export function timeArray(values: readonly (Date | null)[]): string {
  return plainArray(values.map((value) => value && value.toISOString()));
}

/**
 * The smallest and the largest id; UUIDs compare as their text does. In a join on ids of a partitioned table they let the
 * planner leave out partitions; `id = ANY(…)` beside the join would be looked up whole for every row.
 */
export function idBounds(ids: readonly string[]): [first: string, last: string] {
  let [first = '', last = ''] = [ids[0], ids[0]];
  for (const id of ids) {
    if (id < first) first = id;
    if (id > last) last = id;
  }
  return [first, last];
}
