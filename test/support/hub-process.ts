/** The built program as a process of its own, as an operator starts it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepLog } from './log-files.js';
import { readSources } from './source-files.js';
import { endWithThisProcess } from './watchdog.js';

const ROOT = new URL('../..', import.meta.url).pathname.replace(/\/$/, '');
const PROGRAMS = join(ROOT, 'dist/src');

/** Those that are built: the hub, and what an operator runs beside it. */
export type Program = 'main.js' | 'rekey.js';
const CONSOLE_PAGE = join(ROOT, 'dist/console/index.html');
const START_LIMIT_MS = 45_000;
const START_BY_NPM_LIMIT_MS = 60_000;
const EXIT_LIMIT_MS = 30_000;
const COUNTED_LIMIT_MS = 10_000;

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** From the moment it was asked to end. */
  readonly afterMs: number;
}

export type Environment = Readonly<Record<string, string>>;

/** `npm test` builds before it tests; a spec alone must not run against an older program. */
export async function requireFreshBuild(): Promise<void> {
  const built = await stat(join(PROGRAMS, 'main.js')).catch(() => null);
  const times = await Promise.all(readSources(ROOT, 'src', 'ormconfig.ts').map(({ path }) => stat(join(ROOT, path))));
  const newest = Math.max(...times.map(({ mtimeMs }) => mtimeMs));
  if (!built || built.mtimeMs < newest) throw new Error('dist is older than src: run "npm run build" first.');
}

/** The same for the console's pages. */
export async function requireFreshConsole(): Promise<void> {
  await requireFreshBuild();
  const built = await stat(CONSOLE_PAGE).catch(() => null);
  const sources = await readdir(join(ROOT, 'console'), { recursive: true, withFileTypes: true });
  const files = sources
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.md'))
    .map((entry) => join(entry.parentPath, entry.name));
  const times = await Promise.all(files.map((path) => stat(path)));
  const newest = Math.max(...times.map(({ mtimeMs }) => mtimeMs));
  if (!built || built.mtimeMs < newest)
    throw new Error('dist/console is older than console: run "npm run build" first.');
}

export class HubProcess {
  stdout = '';
  stderr = '';
  /** However it ends. */
  readonly exited: Promise<Omit<Exit, 'afterMs'>>;
  private readonly release: () => void;

  private constructor(private readonly child: ChildProcess) {
    child.stdout?.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.release = endWithThisProcess('kill "$1"', String(child.pid));
    this.exited = once(child, 'close').then(([code, signal]: unknown[]) => {
      this.release();
      keepLog(this.stdout + this.stderr);
      return { code: code as number | null, signal: signal as NodeJS.Signals | null };
    });
  }

  /** Starts it with nothing but these variables, on a free port unless they name one. */
  static spawn(environment: Environment, program: Program = 'main.js'): HubProcess {
    const env = environmentWith(environment);
    return new HubProcess(
      spawn(process.execPath, ['--enable-source-maps', '--use-largepages=silent', join(PROGRAMS, program)], {
        env,
        stdio: 'pipe',
      }),
    );
  }

  /** By `npm start`, without its build: npm, its shell and the hub are a process group of their own, as on a terminal. */
  static async startByNpm(environment: Environment): Promise<HubProcess> {
    const options = { cwd: ROOT, env: environmentWith(environment), stdio: 'pipe', detached: true } as const;
    const hub = new HubProcess(spawn('npm', ['start', '--ignore-scripts'], options));
    try {
      await hub.says(' is running on ', START_BY_NPM_LIMIT_MS);
    } catch (error) {
      await hub.stopGroup('SIGKILL');
      throw error;
    }
    return hub;
  }

  /** Resolves once it runs; rejects with what it said when it ends instead. */
  static async start(environment: Environment, limitMs = START_LIMIT_MS): Promise<HubProcess> {
    // Everything, so that the reporter of leaks sees what any of its users might.
    const hub = HubProcess.spawn({ LOG_LEVEL: 'trace', ...environment });
    const sign = environment.ROLE === 'worker' ? '"event":"hub.started"' : 'is running on';
    try {
      await hub.says(sign, limitMs);
    } catch (error) {
      hub.child.kill('SIGKILL');
      throw error;
    }
    return hub;
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('The hub could not be started.');
    return this.child.pid;
  }

  /** Where it listens. */
  get url(): string {
    return / is running on (\S+)/.exec(this.stdout)?.[1] ?? '';
  }

  /** Where a worker answers health checks. */
  get workerUrl(): string {
    return /"url":"([^"]+)"/.exec(this.stdout)?.[1] ?? '';
  }

  /** The admin key that it printed, if it did. */
  get printedKey(): string | null {
    return /\bhub_[A-Za-z0-9_-]{43}\b/.exec(this.stdout)?.[0] ?? null;
  }

  async exit(limitMs = EXIT_LIMIT_MS): Promise<Exit> {
    const started = performance.now();
    const exit = await within(limitMs, this.exited, () => `it to end; it said: ${this.stdout}${this.stderr}`);
    return { ...exit, afterMs: performance.now() - started };
  }

  /** SIGTERM unless told, and its exit. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Exit> {
    this.child.kill(signal);
    return this.exit();
  }

  /** As Ctrl-C on a terminal does it; only of one that npm started. Answers once all that have its output open are gone. */
  async stopGroup(signal: NodeJS.Signals): Promise<Exit> {
    process.kill(-this.pid, signal);
    return this.exit();
  }

  private async says(text: string, limitMs: number): Promise<void> {
    const said = new Promise<void>((resolve) => {
      const look = () => {
        if (!this.stdout.includes(text)) return;
        this.child.stdout?.off('data', look);
        resolve();
      };
      this.child.stdout?.on('data', look);
    });
    const ended = this.exited.then(({ code }) => {
      throw new Error(`The hub ended with ${code}: ${this.stderr}`);
    });
    await within(limitMs, Promise.race([said, ended]), () => `"${text}"; it said: ${this.stdout}${this.stderr}`);
  }
}

function environmentWith(environment: Environment): Environment {
  const { PATH = '', HOME = '' } = process.env;
  return { PATH, HOME, PORT: '0', LOG_LEVEL: 'info', ...environment };
}

async function within<T>(limitMs: number, wanted: Promise<T>, what: () => string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`Waited in vain for ${what()}`)), limitMs);
  });
  try {
    return await Promise.race([wanted, late]);
  } finally {
    clearTimeout(timer);
  }
}

export interface TemporaryDirectory {
  readonly path: string;
  remove(): Promise<void>;
}

export async function makeDataDir(): Promise<TemporaryDirectory> {
  const path = await mkdtemp(join(tmpdir(), 'hub-test-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/**
 * How many calls each worker has counted, as soon as there are `total` of them. A worker counts what it has committed: a
 * moment after others can see it.
 */
export async function untilCallsMade(workers: readonly HubProcess[], total: number): Promise<number[]> {
  const deadline = Date.now() + COUNTED_LIMIT_MS;
  for (;;) {
    const made = await Promise.all(workers.map(({ workerUrl }) => callsMade(workerUrl)));
    if (made.reduce((sum, count) => sum + count, 0) >= total || Date.now() > deadline) return made;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function callsMade(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return [...text.matchAll(/^hub_attempts_total\{.*\} (\d+)$/gm)].reduce((sum, [, count]) => sum + Number(count), 0);
}
