import type { JsonValue } from '../../common/json.js';

/** Reads JobAffinity's `_self`: where below the vendor's base address a resource is, and its id. */
export interface SelfPath {
  readonly path: string;
  readonly id: string;
}

const MAX_LENGTH = 1_000;
/** A path and nothing else: the login goes wherever it leads, so neither host, query, `//` nor backslash. */
const PATH = /^\/restapi(?:\/[\w.~!$&'()*+,;=:@%-]+)+$/;

export function readSelf(self: JsonValue | undefined): SelfPath | null {
  if (typeof self !== 'string' || self.length > MAX_LENGTH || !PATH.test(self)) return null;
  const segments = self.split('/').map(decodeSegment);
  const id = segments.at(-1);
  // An URL parser climbs up on dots, on escaped ones as well.
  if (!id || segments.some((segment) => segment === null || segment === '.' || segment === '..')) return null;
  return { path: self, id };
}

function decodeSegment(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}
