/**
 * Every column that holds ciphertexts: a secret can be sealed for no other, and `secrets:rekey` goes through all of them.
 * Rows are known by `id`.
 */
export const SEALED_COLUMNS = {
  subscriptions: ['secret', 'previous_secret', 'auth', 'headers'],
  sources: ['token', 'secret', 'previous_secret', 'auth', 'fetch', 'confirmed_secret'],
  erasures: ['targets'],
  events: ['sealed'],
  hash_keys: ['key'],
} as const;

export type SealedTable = keyof typeof SEALED_COLUMNS;

/** Which rows may hold a ciphertext at all, where looking through the whole table would take hours. */
const FEW_ROWS: Partial<Record<SealedTable, string>> = {
  events: 'SELECT anonymized_event_id FROM erasures WHERE anonymized_event_id IS NOT NULL',
};

/** Where a ciphertext is stored. */
export type SecretBinding = {
  [Table in SealedTable]: {
    readonly table: Table;
    readonly column: (typeof SEALED_COLUMNS)[Table][number];
    readonly rowId: string;
  };
}[SealedTable];

export const SEALED_TABLES = Object.keys(SEALED_COLUMNS) as SealedTable[];

export function sealedColumnsOf(table: SealedTable): readonly SecretBinding['column'][] {
  return SEALED_COLUMNS[table];
}

/** As a condition on its rows, `t`. */
export function mayHoldSecrets(table: SealedTable): string {
  const ids = FEW_ROWS[table];
  return ids === undefined ? 'true' : `t.id IN (${ids})`;
}

/** The id of the key of a ciphertext, in SQL. A deleted row's is empty. */
export function sqlKeyId(column: string): string {
  return `encode(substr(t."${column}", 2, 8), 'hex')`;
}
