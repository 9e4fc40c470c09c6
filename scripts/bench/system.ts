import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** CPU and memory of processes, from `/proc`; 0 where there is none. */

const TICKS_PER_SECOND = 100;

/** User and system time. */
export async function cpuSeconds(pids: readonly (number | undefined)[]): Promise<number> {
  const stats = await Promise.all(pids.map((pid) => statOf(String(pid))));
  return stats.reduce((sum, fields) => sum + Number(fields[11] ?? 0) + Number(fields[12] ?? 0), 0) / TICKS_PER_SECOND;
}

/** Resident memory in megabytes. */
export async function residentMb(pids: readonly (number | undefined)[]): Promise<number> {
  const sizes = await Promise.all(
    pids.map(async (pid) => {
      const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
      return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1_024;
    }),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** The postmaster of a data directory and the sessions that it started. */
export async function databasePids(dataDir: string): Promise<number[]> {
  const file = await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').catch(() => '');
  const postmaster = Number(file.split('\n')[0]);
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const parents = await Promise.all(pids.map(async (pid) => Number((await statOf(pid))[1])));
  return pids.filter((_, index) => parents[index] === postmaster).map(Number);
}

/** The fields after the command's name: the state is the first of them, the parent's id the second. */
async function statOf(pid: string): Promise<string[]> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}
