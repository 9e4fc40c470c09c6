import type { JsonObject, JsonValue } from '../common/json.js';

/**
 * A person's name is `name` and `first_name`/`last_name`: whichever is missing is made from the other. The first
 * word of a full name is taken as the first name and the rest as the last; a single word yields no last name.
 */
export function completePersonName(person: JsonObject): JsonObject {
  const name = textOf(person, 'name');
  const first = textOf(person, 'first_name');
  const last = textOf(person, 'last_name');
  if (name === '') return first || last ? { ...person, name: `${first} ${last}`.trim() } : person;
  if (first !== '' && last !== '') return person;
  const split = splitName(name, first, last);
  return {
    ...person,
    ...(first === '' && split.first !== '' && { first_name: split.first }),
    ...(last === '' && split.last !== '' && { last_name: split.last }),
  };
}

/** The full name of a person, or `null` when nothing is known. */
export function fullNameOf(person: JsonObject | null): string | null {
  return person === null ? null : textOf(completePersonName(person), 'name') || null;
}

function splitName(name: string, first: string, last: string): { first: string; last: string } {
  if (first !== '') return { first, last: name.startsWith(`${first} `) ? name.slice(first.length).trim() : '' };
  if (last !== '') return { first: name.endsWith(` ${last}`) ? name.slice(0, -last.length).trim() : '', last };
  const [firstWord = '', ...rest] = name.split(/\s+/);
  return { first: firstWord, last: rest.join(' ') };
}

function textOf(person: JsonObject, property: string): string {
  const value: JsonValue | undefined = Object.hasOwn(person, property) ? person[property] : undefined;
  return typeof value === 'string' ? value.trim() : '';
}
