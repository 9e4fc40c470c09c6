import { createServer } from 'node:net';

/** Below those that systems give to outgoing connections: nothing else takes the port while its server is away. */
const FIRST = 20_000;
const LAST = 30_000;
const MAX_TRIES = 100;

/** A port that servers can come back to. */
export async function findLastingPort(): Promise<number> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST));
    if (await isFree(port)) return port;
  }
  throw new Error(`No port from ${FIRST} to ${LAST} is free.`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
