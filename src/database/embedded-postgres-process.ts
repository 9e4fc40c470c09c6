/** What the operating system knows about another process: is it the one we mean, or has its number been given to a new one? */
import { execFile } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const POLL_INTERVAL_MS = 20;

/** When a process started, in the system's own notation; `undefined` when it is gone. */
export async function processStartedAt(pid: number): Promise<string | undefined> {
  if (!hasProcess(pid)) return undefined;
  if (process.platform === 'win32') return 'unknown';
  if (process.platform !== 'linux') return printedBy('ps', ['-o', 'lstart=', '-p', String(pid)]);

  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // proc(5): the name in brackets may hold spaces; behind it come the state (3rd field) and the start in ticks since boot (22nd).
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, startTicks] = [fields?.[0], fields?.[19]];
  if (startTicks === undefined || state === 'Z' || state === 'X') return undefined;
  const bootId = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  return `${startTicks}@${bootId.trim()}`;
}

/** Whether a process is a postmaster that runs on this directory. */
export async function isPostmasterOf(pid: number, clusterDir: string): Promise<boolean> {
  const command = await commandLineOf(pid);
  if (!command?.includes(' -D ')) return false;
  if (command.includes(` -D ${clusterDir} `)) return true;
  if (process.platform !== 'linux') return false;
  // A directory that was moved under a running postmaster: its command line is out of date, its working directory is not.
  return (await readlink(`/proc/${pid}/cwd`).catch(() => undefined)) === clusterDir;
}

/** Resolves to false when the process is still there after that time. */
export async function waitForProcessEnd(pid: number, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while ((await processStartedAt(pid)) !== undefined) {
    if (performance.now() > deadline) return false;
    await delay(POLL_INTERVAL_MS);
  }
  return true;
}

function hasProcess(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function commandLineOf(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    return readFile(`/proc/${pid}/cmdline`, 'utf8').then(
      (command) => command.replaceAll('\0', ' '),
      () => undefined,
    );
  }
  if (process.platform !== 'win32') return printedBy('ps', ['-ww', '-o', 'command=', '-p', String(pid)]);
  const query = `(Get-CimInstance Win32_Process -Filter 'ProcessId=${pid}').CommandLine`;
  return (await printedBy('powershell', ['-NoProfile', '-Command', query]))?.replaceAll('"', '');
}

async function printedBy(program: string, args: string[]): Promise<string | undefined> {
  return run(program, args).then(
    ({ stdout }) => stdout.trim() || undefined,
    () => undefined,
  );
}
