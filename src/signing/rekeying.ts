import { Not } from 'typeorm';
import type { Transaction } from '../common/transaction.js';
import type { Transactions } from '../database/transactions.service.js';
import { EncryptionKey } from './encryption-key.entity.js';
import { KEYS_LOCK } from './secrets-keys.js';
import type { SecretBox } from './secret-box.js';
import {
  mayHoldSecrets,
  SEALED_TABLES,
  sealedColumnsOf,
  type SealedTable,
  type SecretBinding,
  sqlKeyId,
} from './sealed-columns.js';
import { type StoredSecrets, storedSecrets } from './stored-secrets.js';

const ROWS_AT_ONCE = 200;

type SealedRow = { readonly id: string } & Readonly<Record<string, Buffer | string | null>>;

interface Resealed {
  readonly column: string;
  readonly id: string;
  readonly sealed: Buffer;
}

export interface Rekeyed {
  readonly rows: ReadonlyMap<SealedTable, number>;
  /** As `table.column of the row id`: what its key does not open, or was changed. */
  readonly unreadable: readonly string[];
  /** Ciphertexts that are of another key than the first. None: the other keys are not needed any more. */
  readonly left: readonly StoredSecrets[];
}

/**
 * Encrypts every stored secret with the first key of SECRETS_KEY, beside a hub that goes on working: a few rows at a time are
 * locked, so that no newer secret is overwritten. What is done already is not done again.
 */
export class Rekeying {
  private readonly unreadable: string[] = [];

  constructor(
    private readonly box: SecretBox,
    private readonly transactions: Transactions,
    private readonly tell: (line: string) => void,
  ) {}

  async run(): Promise<Rekeyed> {
    const rows = new Map<SealedTable, number>();
    for (const table of SEALED_TABLES) rows.set(table, await this.table(table));
    return { rows, unreadable: this.unreadable, left: await this.retireOtherKeys() };
  }

  private async table(table: SealedTable): Promise<number> {
    let done = 0;
    for (let after: string | null = null; ;) {
      const batch = await this.transactions.run((transaction) => this.batch(table, after, transaction));
      if (batch === null) return done;
      done += batch.changed;
      after = batch.last;
      this.tell(`${table}: ${done} ${done === 1 ? 'row' : 'rows'} encrypted anew`);
    }
  }

  private async batch(
    table: SealedTable,
    after: string | null,
    transaction: Transaction,
  ): Promise<{ readonly last: string; readonly changed: number } | null> {
    const rows = await this.lock(table, after, transaction);
    const last = rows.at(-1);
    if (!last) return null;
    const resealed = rows.flatMap((row) => this.reseal(table, row));
    for (const column of sealedColumnsOf(table)) {
      const ofColumn = resealed.filter((one) => one.column === column);
      if (ofColumn.length > 0) await write(table, column, ofColumn, transaction);
    }
    return { last: last.id, changed: new Set(resealed.map(({ id }) => id)).size };
  }

  /** In the order in which everybody locks rows. */
  private async lock(table: SealedTable, after: string | null, transaction: Transaction): Promise<SealedRow[]> {
    const columns = sealedColumnsOf(table);
    const isOld = columns
      .map((column) => `(octet_length(t."${column}") > 0 AND ${sqlKeyId(column)} <> $1)`)
      .join(' OR ');
    return transaction.query<SealedRow>(
      `SELECT t.id::text AS id, ${columns.map((column) => `t."${column}"`).join(', ')} FROM ${table} t
       WHERE ${mayHoldSecrets(table)} AND (${isOld})${after === null ? '' : ' AND t.id > $2'}
       ORDER BY t.id LIMIT ${ROWS_AT_ONCE} FOR NO KEY UPDATE OF t`,
      after === null ? [this.box.currentKeyId] : [this.box.currentKeyId, after],
    );
  }

  private reseal(table: SealedTable, row: SealedRow): Resealed[] {
    return sealedColumnsOf(table).flatMap((column) => {
      const sealed = row[column];
      if (!Buffer.isBuffer(sealed) || sealed.length === 0 || this.box.isCurrent(sealed)) return [];
      const binding = { table, column, rowId: row.id } as SecretBinding;
      try {
        return [{ column, id: row.id, sealed: this.box.seal(this.box.open(sealed, binding), binding) }];
      } catch {
        this.unreadable.push(`${table}.${column} of ${row.id}`);
        return [];
      }
    });
  }

  /** A process that still runs with another key first may have written after its table was done: then that key stays. */
  private async retireOtherKeys(): Promise<StoredSecrets[]> {
    return this.transactions.run(async (transaction) => {
      await transaction.query(KEYS_LOCK);
      const stored = await storedSecrets((sql) => transaction.query(sql));
      const left = stored.filter((one) => one.keyId !== this.box.currentKeyId);
      if (left.length === 0) await transaction.manager.delete(EncryptionKey, { id: Not(this.box.currentKeyId) });
      return left;
    });
  }
}

async function write(
  table: SealedTable,
  column: string,
  resealed: readonly Resealed[],
  transaction: Transaction,
): Promise<void> {
  await transaction.query(
    `UPDATE ${table} t SET "${column}" = decode(n.sealed, 'hex')
     FROM unnest($1::text[], $2::text[]) AS n(id, sealed) WHERE t.id = n.id::${table === 'hash_keys' ? 'text' : 'uuid'}`,
    [resealed.map(({ id }) => id), resealed.map(({ sealed }) => sealed.toString('hex'))],
  );
}
