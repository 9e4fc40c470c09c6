/** PostgreSQL servers that do not outlive the tests: the packaged one, in a data directory of its own. */
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/database/embedded-postgres.js';
import { endWithThisProcess } from './watchdog.js';

/** `$1`: a data directory. */
const CLEAN_UP_SCRIPT = 'kill -QUIT "$(head -n 1 "$1/postgres/postmaster.pid")"; sleep 2; rm -rf "$1"';

type Settings = Readonly<Record<string, string>>;

/** A data directory that goes with this process, whatever ends it, and the database in it. */
export interface PostgresDirectory {
  readonly path: string;
  remove(): Promise<void>;
}

export async function makePostgresDirectory(): Promise<PostgresDirectory> {
  const path = await mkdtemp(join(tmpdir(), 'hub-test-'));
  // Where PostgreSQL has to run as another user, that one must get in.
  await chmod(path, 0o755);
  const callOff = endWithThisProcess(CLEAN_UP_SCRIPT, path);
  const remove = async () => {
    await rm(path, { recursive: true, force: true });
    callOff();
  };
  return { path, remove };
}

/** The process number and the port of the server that runs on a data directory, from its own file; `null` when none does. */
export async function runningPostgres(dataDir: string): Promise<{ pid: number; port: number } | null> {
  const text = await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').catch(() => '');
  const [pid, , , port] = text.split('\n').map(Number);
  return pid && port ? { pid, port } : null;
}

/** A server that crashes on demand, and comes back at the same address. */
export class PrivatePostgres {
  private constructor(
    private readonly directory: PostgresDirectory,
    private readonly settings: Settings,
    private server: EmbeddedPostgres,
  ) {}

  static async start(settings: Settings = {}): Promise<PrivatePostgres> {
    const directory = await makePostgresDirectory();
    try {
      return new PrivatePostgres(directory, settings, await launch(directory, settings));
    } catch (error) {
      await directory.remove();
      throw error;
    }
  }

  get url(): string {
    return this.server.url;
  }

  /** An immediate shutdown: every session ends at once, and the next start replays the log. */
  async crash(): Promise<void> {
    const running = await runningPostgres(this.directory.path);
    if (!running) throw new Error('No PostgreSQL runs here.');
    process.kill(running.pid, 'SIGQUIT');
    await this.server.exited;
    await this.server.stop();
  }

  /** After a crash. */
  async restart(): Promise<void> {
    const { port } = new URL(this.server.url);
    this.server = await launch(this.directory, { ...this.settings, port });
  }

  async stop(): Promise<void> {
    await this.server.stop();
    await this.directory.remove();
  }
}

function launch({ path: dataDir }: PostgresDirectory, settings: Settings): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({ dataDir, database: 'hub_test', settings, log: () => undefined });
}
