import type pg from 'pg';

/** Resolves once so many sessions of this database wait for a lock; other tests' databases may share the server. */
export async function untilWaiting(database: pg.Client, count: number): Promise<void> {
  for (;;) {
    // Within a transaction the first look would be repeated for ever.
    await database.query('SELECT pg_stat_clear_snapshot()');
    const { rows } = await database.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    if (rows.length >= count) return;
  }
}
