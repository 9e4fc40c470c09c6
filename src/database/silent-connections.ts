import type { Socket } from 'node:net';
import type { PoolClient } from 'pg';

/** Longer than a statement may take: by then PostgreSQL has answered, or nobody is there any more. */
const SILENCE_LIMIT_MS = 75_000;

/**
 * For the pool's `onConnect`: ends a connection that is silent for too long. After a failover the host that connections led to
 * may be gone without a word; the system would go on sending into the void for a quarter of an hour, and whatever was under
 * way would wait for it.
 */
export function endWhenSilent(limitMs = SILENCE_LIMIT_MS): (client: PoolClient) => void {
  return ({ connection }) => {
    const stream = connection.stream as Socket;
    stream.setTimeout(limitMs, () => stream.destroy());
  };
}
