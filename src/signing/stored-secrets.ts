import { mayHoldSecrets, SEALED_TABLES, sealedColumnsOf, type SealedTable, sqlKeyId } from './sealed-columns.js';

/** How many ciphertexts of a key a column holds. */
export interface StoredSecrets {
  readonly table: SealedTable;
  readonly column: string;
  readonly keyId: string;
  readonly count: number;
}

type Query = (sql: string) => Promise<readonly object[]>;

/** Of all that the database holds. */
export async function storedSecrets(query: Query): Promise<StoredSecrets[]> {
  const found: StoredSecrets[] = [];
  for (const table of SEALED_TABLES) {
    const columns = sealedColumnsOf(table).map(
      (column) =>
        `SELECT '${table}' AS "table", '${column}' AS "column", ${sqlKeyId(column)} AS "keyId", count(*)::int AS "count"
         FROM ${table} t WHERE octet_length(t."${column}") > 0 AND ${mayHoldSecrets(table)} GROUP BY 3`,
    );
    found.push(...((await query(columns.join(' UNION ALL '))) as StoredSecrets[]));
  }
  return found;
}
