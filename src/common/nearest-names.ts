/** Names are compared as far as this: the cut bounds the work that a caller can ask for. */
const COMPARED_LENGTH = 40;

/** "Did you mean": the candidates that look most like a name, nearest first. */
export function nearestNames(name: string, candidates: Iterable<string>, limit = 3): string[] {
  const wanted = comparable(name);
  return [...candidates]
    .map((candidate) => ({ candidate, distance: editDistance(wanted, comparable(candidate)) }))
    .sort((left, right) => left.distance - right.distance)
    .slice(0, limit)
    .map(({ candidate }) => candidate);
}

/** The end of a message: `; nearest: a, b`. */
export function nearestNamesHint(name: string, candidates: Iterable<string>): string {
  const nearest = nearestNames(name, candidates);
  return nearest.length > 0 ? `; nearest: ${nearest.join(', ')}` : '';
}

function comparable(name: string): string {
  return name.slice(0, COMPARED_LENGTH).toLowerCase();
}

/** Levenshtein's, kept in one row of the table. */
export function editDistance(left: string, right: string): number {
  const row = new Uint16Array(right.length + 1).map((_, column) => column);
  for (let i = 0; i < left.length; i++) {
    let diagonal = i;
    let before = i + 1;
    row[0] = before;
    for (let j = 0; j < right.length; j++) {
      const above = row[j + 1] ?? 0;
      const substituted = diagonal + (left.charCodeAt(i) === right.charCodeAt(j) ? 0 : 1);
      before = Math.min(above + 1, before + 1, substituted);
      diagonal = above;
      row[j + 1] = before;
    }
  }
  return row[right.length] ?? 0;
}
