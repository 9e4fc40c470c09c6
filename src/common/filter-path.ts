/**
 * Paths of filters: dotted names into an event's JSON. A path leads through lists: a number picks one element, any
 * other name is looked up in every element that is an object, and a list at the end stands for itself and each of
 * its elements. Only own properties are read.
 */

export const MAX_PATH_LENGTH = 500;

interface Segment {
  readonly name: string;
  readonly isIndex: boolean;
}

export type FilterPath = readonly Segment[];

/** What PostgreSQL's JSON cannot hold. */
export function mistakeInText(text: string): string | null {
  return /[\0\p{Surrogate}]/u.test(text) ? 'must not hold a NUL character or half a surrogate pair' : null;
}

/** `.` separates names; a backslash takes the character after it as it is. */
export function parsePath(text: string): FilterPath | { mistake: string } {
  if (text.length > MAX_PATH_LENGTH) return { mistake: `is a path of more than ${MAX_PATH_LENGTH} characters` };
  const textMistake = mistakeInText(text);
  if (textMistake) return { mistake: textMistake };
  const names = [''];
  for (let index = 0; index < text.length; index++) {
    const isEscape = text[index] === '\\';
    if (isEscape && ++index === text.length) return { mistake: 'must not end with a single backslash' };
    if (text[index] === '.' && !isEscape) names.push('');
    else names.push(`${names.pop()}${text[index]}`);
  }
  if (names.includes('')) return { mistake: 'must be names separated by single dots, such as data.application.id' };
  return names.map((name) => ({ name, isIndex: /^(?:0|[1-9]\d*)$/.test(name) }));
}

/**
 * Whether any value that the path leads to passes the test. Nothing is allocated for the common path, one without
 * lists. It recurses as deep as the path is long, however deep the event is.
 */
export function someAt(root: unknown, path: FilterPath, test: (value: unknown) => boolean, from = 0): boolean {
  let node = root;
  for (let index = from; index < path.length; index++) {
    const segment = path[index];
    if (!segment || typeof node !== 'object' || node === null) return false;
    if (Array.isArray(node) && !segment.isIndex) {
      return node.some((element) => !Array.isArray(element) && someAt(element, path, test, index));
    }
    if (!Object.hasOwn(node, segment.name)) return false;
    node = (node as Record<string, unknown>)[segment.name];
  }
  if (node === undefined) return false;
  return test(node) || (Array.isArray(node) && node.some((element) => test(element)));
}
