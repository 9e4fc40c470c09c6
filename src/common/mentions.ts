/** Finds ids in a text, each as a word of its own: `12` is not in `2012`, nor in `job-12`. */

const MASK = '***';

export function mentions(text: string, ids: readonly string[]): boolean {
  return ids.length > 0 && pattern(ids, 'u').test(text);
}

export function maskMentions(text: string, ids: readonly string[]): string {
  return ids.length > 0 ? text.replace(pattern(ids, 'gu'), MASK) : text;
}

/** An id as it is written in plain text, in JSON, in JSON that keeps to ASCII, and in addresses. */
export function spellingsOf(id: string): string[] {
  const inJson = JSON.stringify(id).slice(1, -1);
  const inAscii = inJson.replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return [...new Set([id, inJson, inAscii, encodeURIComponent(id)])];
}

function pattern(ids: readonly string[], flags: string): RegExp {
  const literals = ids.flatMap(spellingsOf).map((text) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'));
  return new RegExp(`(?<![\\p{L}\\p{N}_-])(?:${literals.join('|')})(?![\\p{L}\\p{N}_-])`, flags);
}
