import pg from 'pg';

/** Every column of every table that holds any of the texts, in whatever form, as `table.column: text`. */
export async function searchDatabase(
  databaseUrl: string,
  texts: readonly string[],
  options: { readonly exceptAccountId?: string } = {},
): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1`,
    );
    const found = new Set<string>();
    for (const { name } of tables) {
      const { rows } = await client.query<Record<string, unknown>>(`SELECT * FROM ${client.escapeIdentifier(name)}`);
      const searched = rows.filter((row) => row.account_id === undefined || row.account_id !== options.exceptAccountId);
      for (const [column, value] of searched.flatMap((row) => Object.entries(row))) {
        const shown = asText(value);
        for (const text of texts) if (shown.includes(text)) found.add(`${name}.${column}: ${text}`);
      }
    }
    return [...found].sort();
  } finally {
    await client.end();
  }
}

function asText(value: unknown): string {
  if (Buffer.isBuffer(value)) return value.toString('utf8');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
