import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('receivers-process.ts', import.meta.url));
const TYPESCRIPT = fileURLToPath(new URL('../../test/support/register-typescript.mjs', import.meta.url));

/** The process of the receivers, seen from its parent. */
export class Receivers {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  static async start(seed: number, journalFile: string): Promise<Receivers> {
    const child = fork(PROGRAM, [String(seed), journalFile], { execArgv: ['--import', TYPESCRIPT] });
    const { port } = await answerOf<{ port: number }>(child);
    return new Receivers(child, `http://127.0.0.1:${port}`);
  }

  /** The journal is complete afterwards. */
  async finish(): Promise<void> {
    const finished = answerOf(this.child);
    this.child.send('finish');
    await finished;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }
}

async function answerOf<T>(child: ChildProcess): Promise<T> {
  const ended = once(child, 'exit').then(() => {
    throw new Error('The process of the receivers ended.');
  });
  const [message] = (await Promise.race([once(child, 'message'), ended])) as [T];
  // Its later end is nobody's failure.
  ended.catch(() => undefined);
  return message;
}
