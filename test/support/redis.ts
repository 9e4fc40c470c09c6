/** Finds a Redis for the tests, or starts a private one that does not outlive them. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { endWithThisProcess } from './watchdog.js';

export interface PrivateRedis {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** As a crash would end it. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

const DEFAULT_PORT = 6379;
const PING_TIMEOUT_MS = 500;
const START_TIMEOUT_MS = 5_000;
const POLL_INTERVAL_MS = 10;

export async function findRedis(): Promise<{ url: string; stop(): Promise<void> } | { skipped: string }> {
  const given = process.env.TEST_REDIS_URL;
  if (given) return { url: given, stop: async () => undefined };
  if (await answersPing(DEFAULT_PORT)) return { url: `redis://127.0.0.1:${DEFAULT_PORT}`, stop: async () => undefined };
  try {
    return await startPrivateRedis();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { skipped: `TEST_REDIS_URL is not set, no Redis answers on 127.0.0.1:${DEFAULT_PORT}, and ${reason}` };
  }
}

/** Whether this machine can start one; with CI=true it has to. */
export function hasRedisServer(): boolean {
  const isThere = spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status === 0;
  if (!isThere && process.env.CI === 'true') throw new Error('With CI=true the tests need a redis-server on the PATH.');
  return isThere;
}

export async function startPrivateRedis(port?: number): Promise<PrivateRedis> {
  const listenPort = port ?? (await findFreePort());
  const args = ['--port', String(listenPort), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const child = spawn('redis-server', args, { cwd: tmpdir(), detached: true, stdio: 'ignore' });
  const ended = once(child, 'exit').then(
    () => 'ended at once',
    (error: Error) => `can't be started (${error.message})`,
  );
  if (!(await waitUntilAnswering(child, listenPort)) || child.pid === undefined) {
    child.kill('SIGKILL');
    throw new Error(`redis-server ${await ended}`);
  }

  const release = endWithThisProcess('kill -9 "$1"', String(child.pid));
  const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
    child.kill(signal);
    await ended;
    release();
  };
  return {
    url: `redis://127.0.0.1:${listenPort}`,
    port: listenPort,
    pid: child.pid,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  };
}

async function waitUntilAnswering(child: ChildProcess, port: number): Promise<boolean> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (child.pid !== undefined && child.exitCode === null && performance.now() < deadline) {
    if (await answersPing(port)) return true;
    await delay(POLL_INTERVAL_MS);
  }
  return false;
}

function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    const finish = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(PING_TIMEOUT_MS, () => finish(false));
    socket.once('data', (reply) => finish(reply.toString().startsWith('+PONG')));
    socket.once('error', () => finish(false));
    socket.once('close', () => finish(false));
  });
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
