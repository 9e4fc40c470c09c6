/** A reason why the embedded PostgreSQL can't run: one line that says how to mend it. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}

/** What a program printed, folded into one line that fits an error message. */
export function oneLine(output: string, lastLines = 5): string {
  const lines = output.split('\n').map((line) => line.trim());
  return lines.filter(Boolean).slice(-lastLines).join(' | ');
}
