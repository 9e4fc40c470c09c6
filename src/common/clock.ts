import { Injectable } from '@nestjs/common';
import type { Transaction } from './transaction.js';

/**
 * The hub's time. Decisions are taken by the database's clock, so that processes agree; `sqlNow` is that clock in SQL.
 * Only tests move it, by `advance`: schedules of hours then run in milliseconds. They `freeze` it where a moment more or less matters.
 */
@Injectable()
export class Clock {
  private offsetMs = 0;
  private frozenMs: number | null = null;

  now(): Date {
    return new Date((this.frozenMs ?? Date.now()) + this.offsetMs);
  }

  nowSeconds(): number {
    return Math.floor(this.now().getTime() / 1000);
  }

  /**
   * An SQL expression of type timestamptz; holds no user input. A sub-select, since PostgreSQL compares an index with nothing
   * that could change from row to row: with the bare function, what is due would be looked for among all that is owed.
   */
  get sqlNow(): string {
    if (this.frozenMs !== null) return `(SELECT timestamptz '${this.now().toISOString()}')`;
    return this.offsetMs === 0
      ? '(SELECT clock_timestamp())'
      : `(SELECT clock_timestamp() + interval '${this.offsetMs} milliseconds')`;
  }

  /** The database's time: for what is written now and found due later, by whatever process. */
  async databaseNow(runner: Pick<Transaction, 'query'>): Promise<Date> {
    const [row] = await runner.query<{ now: Date }>(`SELECT ${this.sqlNow} AS now`);
    if (!row) throw new Error('The database told no time.');
    return row.now;
  }

  /** It is the present, moved as it is, and passes by `advance` only from now on. */
  freeze(): void {
    this.frozenMs = Date.now();
  }

  advance(ms: number): void {
    this.offsetMs += Math.round(ms);
  }
}
