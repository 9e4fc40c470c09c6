/** Finds an id in a text, as a word of its own: `12` is not in `2012`, nor in `job-12`. */

/** The id as it is written in plain text, in JSON, and in JSON that keeps to ASCII. */
export function spellingsOf(id: string): string[] {
  const inJson = JSON.stringify(id).slice(1, -1);
  const inAscii = inJson.replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return [...new Set([id, inJson, inAscii])];
}

export function mentions(text: string, id: string): boolean {
  const literal = id.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  return new RegExp(`(?<![\\p{L}\\p{N}_-])${literal}(?![\\p{L}\\p{N}_-])`, 'u').test(text);
}
