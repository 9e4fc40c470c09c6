import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

/** From then on only what is overdue is waited for. */
const HORIZON_LIMIT_MS = 150_000;
const OVERDUE_SECONDS = 3;
/** Leases run out and what is overdue is found within half a minute, and again should their next owner have been killed too. */
const LIMIT_MS = 300_000;
const LOOK_MS = 500;

/**
 * Resolves once no delivery is due, or will be within the horizon, with the milliseconds that it took; after minutes also when some still
 * are: the oracle finds them.
 */
export async function untilNothingIsDue(databaseUrl: () => Promise<string>, horizonSeconds: number): Promise<number> {
  const startedAt = performance.now();
  for (;;) {
    const elapsedMs = performance.now() - startedAt;
    const withinSeconds = elapsedMs < HORIZON_LIMIT_MS ? horizonSeconds : -OVERDUE_SECONDS;
    const due = await countDue(await databaseUrl(), withinSeconds);
    if (due === 0 || elapsedMs > LIMIT_MS) return elapsedMs;
    await delay(LOOK_MS);
  }
}

/**
 * Leased ones count: where a subscription was suspended while a process that was then killed called for it, the lease goes on and the
 * next attempt is far away.
 */
async function countDue(databaseUrl: string, withinSeconds: number): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ due: number }>(
      `SELECT count(*)::int AS due FROM pending_deliveries
       WHERE next_attempt_at <= now() + $1 * interval '1 second' OR lease_until > now()`,
      [withinSeconds],
    );
    return rows[0]?.due ?? 0;
  } finally {
    await client.end();
  }
}
