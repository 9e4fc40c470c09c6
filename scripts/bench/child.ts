import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';

/** The benchmark's own processes, and what they tell their parent. */

const TYPESCRIPT = ['--import', join(import.meta.dirname, '../../test/support/register-typescript.mjs')];
const LIMIT_MS = 900_000;

export function startScript(name: string, args: readonly string[] = []): ChildProcess {
  return fork(join(import.meta.dirname, name), [...args], { execArgv: TYPESCRIPT });
}

/** The next message that has this field. */
export function messageOf<T extends object>(child: ChildProcess, field: keyof T & string): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (end: () => void) => {
      clearTimeout(timer);
      child.off('message', listen);
      child.off('exit', onExit);
      end();
    };
    const listen = (message: object) => {
      if (field in message) stop(() => resolve(message as T));
    };
    const onExit = () => stop(() => reject(new Error(`A process ended before it told "${field}".`)));
    const timer = setTimeout(() => stop(() => reject(new Error(`No "${field}" within ${LIMIT_MS} ms.`))), LIMIT_MS);
    child.on('message', listen);
    child.once('exit', onExit);
  });
}

export async function until(condition: () => Promise<boolean>, limitMs = 60_000): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!(await condition().catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`It did not come to pass within ${limitMs} ms.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
