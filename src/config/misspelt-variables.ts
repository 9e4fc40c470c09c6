import { editDistance } from '../common/nearest-names.js';

/** A variable that is set and means nothing, and the one that was probably meant. */
export interface Misspelt {
  readonly name: string;
  readonly meant: string;
}

/** Shorter names look like too many others: HOME is two letters away from HOST. */
const MIN_LENGTH = 8;
/** From so many letters on two may be wrong, else one. */
const LONG = 9;

export function misspeltHint({ name, meant }: Misspelt): string {
  return `${name} means nothing here: did you mean ${meant}?`;
}

/** The environment is full of what others read: only what is very much like a name that is not set is worth a word. */
export function findMisspelt(
  environment: Readonly<Record<string, string | undefined>>,
  known: ReadonlySet<string>,
): Misspelt[] {
  const unset = [...known].filter((name) => name.length >= MIN_LENGTH && !environment[name]?.trim());
  return Object.keys(environment).flatMap((name) => {
    if (known.has(name)) return [];
    const meant = unset.find((one) => {
      const mistakes = one.length >= LONG ? 2 : 1;
      return Math.abs(one.length - name.length) <= mistakes && editDistance(one, name) <= mistakes;
    });
    return meant === undefined ? [] : [{ name, meant }];
  });
}
