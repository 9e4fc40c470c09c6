/** Receivers as people start them: programs that the hub offers, each a process of its own. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReceiverLanguage } from '../../src/ats/receiver-code.js';
import type { ReceivedCall } from './receiver.js';
import { endWithThisProcess } from './watchdog.js';

const INTERPRETERS: Readonly<Record<ReceiverLanguage, string>> = { node: process.execPath, python: 'python3' };
const START_LIMIT_MS = 15_000;

/** The languages that this machine can run. */
export const LANGUAGES: readonly ReceiverLanguage[] = hasPython() ? ['node', 'python'] : ['node'];

function hasPython(): boolean {
  if (spawnSync(INTERPRETERS.python, ['--version']).status === 0) return true;
  if (process.env.CI === 'true') throw new Error('With CI=true the tests of receivers need python3.');
  process.stdout.write('\nThe tests of receivers in Python are skipped: there is no python3.\n');
  return false;
}

export interface Secrets {
  readonly current: string;
  readonly previous?: string;
}

export class ReceiverProgram {
  private output = '';
  private readonly release: () => void;

  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {
    child.stdout?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    this.release = endWithThisProcess('kill "$1"', String(child.pid));
  }

  static async start(language: ReceiverLanguage, code: string, secrets: Secrets): Promise<ReceiverProgram> {
    const folder = await mkdtemp(join(tmpdir(), 'hub-receiver-'));
    const file = join(folder, language === 'node' ? 'receiver.mjs' : 'receiver.py');
    await writeFile(file, code);
    const { PATH = '', HOME = '' } = process.env;
    const previous = secrets.previous === undefined ? {} : { WEBHOOK_SECRET_PREVIOUS: secrets.previous };
    const env = { PATH, HOME, PORT: '0', WEBHOOK_SECRET: secrets.current, ...previous };
    const program = new ReceiverProgram(spawn(INTERPRETERS[language], [file], { env, stdio: 'pipe' }), folder);
    await program.untilItListens();
    return program;
  }

  get url(): string {
    return `http://127.0.0.1:${/Listening on port (\d+)/.exec(this.output)?.[1] ?? ''}`;
  }

  /** What it has said so far. */
  get said(): string {
    return this.output;
  }

  /** Its answer to a call, as it is. */
  async answer({ method, headers, body }: Omit<ReceivedCall, 'path'>): Promise<Response> {
    const passed = Object.entries(headers).filter(([name]) => !OF_THE_CONNECTION.has(name));
    return fetch(this.url, { method, headers: Object.fromEntries(passed) as Record<string, string>, body });
  }

  async stop(): Promise<void> {
    const exited = this.child.exitCode === null ? once(this.child, 'close') : Promise.resolve();
    this.child.kill();
    await exited;
    this.release();
    await rm(this.folder, { recursive: true });
  }

  private async untilItListens(): Promise<void> {
    const deadline = Date.now() + START_LIMIT_MS;
    while (!this.output.includes('Listening on port')) {
      if (this.child.exitCode !== null || Date.now() > deadline) {
        this.child.kill('SIGKILL');
        throw new Error(`The receiver did not start: ${this.output}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

const OF_THE_CONNECTION = new Set(['host', 'connection', 'content-length', 'transfer-encoding']);
