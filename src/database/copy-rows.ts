import type { Transaction } from '../common/transaction.js';
import { writeUuid } from './uuid-bytes.js';

/**
 * Rows as `COPY … FROM STDIN (FORMAT binary)` takes them: many rows cost PostgreSQL a third less than an `INSERT` of arrays.
 * Layout: PostgreSQL's documentation of COPY, "Binary Format"; values as the types' own `_recv` functions read them.
 */

/** A column of a table, and how it is written for a row. */
export interface Column<Row> {
  readonly name: string;
  readonly write: (out: RowWriter, row: Row) => void;
}

const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const END = -1;
const NULL_LENGTH = -1;
const TEXT_OID = 25;
const UUID_BYTES = 16;
const EPOCH_2000_MS = Date.UTC(2000, 0, 1);
const FIRST_BYTES = 256 * 1024;
/** Buffers that are used again: fresh memory costs more than what is written into it. */
const spares: Buffer[] = [];
const MAX_SPARES = 4;
const MAX_SPARE_BYTES = 4 * 1024 * 1024;

/** Sends rows to a table, in the order of `columns`. */
export function copyRows<Row>(
  table: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  transaction: Transaction,
): void {
  if (rows.length === 0) return;
  const names = columns.map((column) => column.name);
  const written = encodeRows(columns, rows, spares.pop());
  transaction.copy(table, names, written, () => {
    // Not where it failed: something may still be reading it.
    if (spares.length < MAX_SPARES && written.buffer.byteLength <= MAX_SPARE_BYTES)
      spares.push(Buffer.from(written.buffer));
  });
}

function encodeRows<Row>(columns: readonly Column<Row>[], rows: readonly Row[], spare?: Buffer): Buffer {
  const out = new RowWriter(spare ?? Buffer.allocUnsafeSlow(FIRST_BYTES));
  out.raw(SIGNATURE);
  for (const row of rows) {
    out.int16(columns.length);
    for (const column of columns) column.write(out, row);
  }
  out.int16(END);
  return out.written;
}

export function uuid<Row>(name: string, of: (row: Row) => string | null): Column<Row> {
  return { name, write: (out, row) => out.uuid(of(row)) };
}

/** `text`, and `json` given as text. */
export function text<Row>(name: string, of: (row: Row) => string | null): Column<Row> {
  return { name, write: (out, row) => out.text(of(row)) };
}

export function texts<Row>(name: string, of: (row: Row) => readonly string[] | null): Column<Row> {
  return { name, write: (out, row) => out.texts(of(row)) };
}

export function int<Row>(name: string, of: (row: Row) => number | null): Column<Row> {
  return { name, write: (out, row) => out.int(of(row)) };
}

export function boolean<Row>(name: string, of: (row: Row) => boolean): Column<Row> {
  return { name, write: (out, row) => out.boolean(of(row)) };
}

/** `timestamptz` */
export function time<Row>(name: string, of: (row: Row) => Date | null): Column<Row> {
  return { name, write: (out, row) => out.time(of(row)) };
}

export function bytes<Row>(name: string, of: (row: Row) => Buffer | null): Column<Row> {
  return { name, write: (out, row) => out.bytes(of(row)) };
}

/** A buffer that grows. Every value is preceded by its length in bytes. */
class RowWriter {
  private length = 0;

  constructor(private buffer: Buffer) {}

  get written(): Buffer {
    return this.buffer.subarray(0, this.length);
  }

  raw(part: Buffer): void {
    this.ensure(part.length);
    this.length += part.copy(this.buffer, this.length);
  }

  int16(value: number): void {
    this.ensure(2);
    this.length = this.buffer.writeInt16BE(value, this.length);
  }

  uuid(value: string | null): void {
    if (value === null) return this.int32(NULL_LENGTH);
    this.int32(UUID_BYTES);
    this.ensure(UUID_BYTES);
    this.length = writeUuid(this.buffer, value, this.length);
  }

  text(value: string | null): void {
    if (value === null) return this.int32(NULL_LENGTH);
    // At most three bytes for each UTF-16 unit.
    this.ensure(4 + value.length * 3);
    const length = this.buffer.write(value, this.length + 4, 'utf8');
    this.buffer.writeInt32BE(length, this.length);
    this.length += 4 + length;
  }

  texts(values: readonly string[] | null): void {
    if (values === null) return this.int32(NULL_LENGTH);
    const lengthAt = this.length;
    this.int32(0);
    const isEmpty = values.length === 0;
    for (const field of [isEmpty ? 0 : 1, 0, TEXT_OID, ...(isEmpty ? [] : [values.length, 1])]) this.int32(field);
    for (const value of values) this.text(value);
    this.buffer.writeInt32BE(this.length - lengthAt - 4, lengthAt);
  }

  int(value: number | null): void {
    if (value === null) return this.int32(NULL_LENGTH);
    this.int32(4);
    this.int32(value);
  }

  boolean(value: boolean): void {
    this.int32(1);
    this.ensure(1);
    this.buffer[this.length++] = value ? 1 : 0;
  }

  time(value: Date | null): void {
    if (value === null) return this.int32(NULL_LENGTH);
    this.int32(8);
    this.ensure(8);
    this.length = this.buffer.writeBigInt64BE(BigInt(value.getTime() - EPOCH_2000_MS) * 1_000n, this.length);
  }

  bytes(value: Buffer | null): void {
    if (value === null) return this.int32(NULL_LENGTH);
    this.int32(value.length);
    this.raw(value);
  }

  private int32(value: number): void {
    this.ensure(4);
    this.length = this.buffer.writeInt32BE(value, this.length);
  }

  private ensure(more: number): void {
    if (this.length + more <= this.buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.buffer.length * 2, this.length + more));
    this.buffer.copy(larger, 0, 0, this.length);
    this.buffer = larger;
  }
}
