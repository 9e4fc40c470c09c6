/** Longer names than any known one need no exact distance; the cut bounds the work that a caller can ask for. */
const COMPARED_LENGTH = 40;

/** "Did you mean": the candidates that look most like a name, nearest first. */
export function nearestNames(name: string, candidates: Iterable<string>, limit = 3): string[] {
  const wanted = name.slice(0, COMPARED_LENGTH).toLowerCase();
  return [...candidates]
    .map((candidate) => ({ candidate, distance: editDistance(wanted, candidate.toLowerCase()) }))
    .sort((left, right) => left.distance - right.distance)
    .slice(0, limit)
    .map(({ candidate }) => candidate);
}

/** The end of a message: `; nearest: a, b`. */
export function nearestNamesHint(name: string, candidates: Iterable<string>): string {
  const nearest = nearestNames(name, candidates);
  return nearest.length > 0 ? `; nearest: ${nearest.join(', ')}` : '';
}

/** Levenshtein distance, one row at a time. */
function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, substitution));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
