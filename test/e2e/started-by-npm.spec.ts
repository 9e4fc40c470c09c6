import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { HubProcess, makeDataDir, requireFreshBuild } from '../support/hub-process.js';

/** `npm start` runs a shell that runs the hub: what npm is told has to come through. */

/** Undone after each test, the last first. */
const cleanUps: (() => Promise<unknown>)[] = [];

beforeAll(requireFreshBuild);

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

describe('a hub that npm started', () => {
  const SHELLS = ['sh', 'bash'].filter((shell) => spawnSync(shell, ['-c', ':']).status === 0);

  async function startByNpm(shell: string) {
    const directory = await makeDataDir();
    cleanUps.push(() => directory.remove());
    const DATA_DIR = directory.path;
    const hub = await HubProcess.startByNpm({ DATA_DIR, npm_config_script_shell: shell });
    cleanUps.push(() => hub.stopGroup('SIGKILL').catch(() => undefined));
    const postmaster = Number.parseInt(await readFile(join(DATA_DIR, 'postgres', 'postmaster.pid'), 'utf8'), 10);
    return { hub, postmaster };
  }

  // Some shells become the program, others wait for it and die of the signal alone.
  it.each(SHELLS)('stops when npm is told to, by way of %s', async (shell) => {
    const { hub, postmaster } = await startByNpm(shell);
    await hub.stop('SIGTERM');
    expect(hub.stdout).toContain('"event":"hub.stopping"');
    expect(() => process.kill(postmaster, 0)).toThrow('ESRCH');
  });

  it.each(SHELLS)('takes Ctrl-C, which it is told twice, for one wish, by way of %s', async (shell) => {
    const { hub, postmaster } = await startByNpm(shell);
    await hub.stopGroup('SIGINT');
    expect(hub.stdout).toContain('"event":"hub.stopping"');
    expect(() => process.kill(postmaster, 0)).toThrow('ESRCH');
  });
});
