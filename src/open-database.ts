import type { Logger } from 'pino';
import { errorWithStack } from './common/error-text.js';
import { ConfigError, type HubConfig } from './config/config.js';
import { EmbeddedPostgresError, startEmbeddedPostgres } from './database/embedded-postgres.js';

/** The database of a program that is started: that of DATABASE_URL, or the embedded one. */
export interface Database {
  readonly url: string;
  /** Nobody else uses it: every lease in it was left by a process that is gone. */
  readonly exclusive: boolean;
  stop(): Promise<void>;
}

/** `cancelled`: nobody waits for it any more. */
export async function openDatabase(config: HubConfig, logger: Logger, cancelled?: AbortSignal): Promise<Database> {
  if (config.databaseUrl !== null) {
    return { url: config.databaseUrl, exclusive: false, stop: () => Promise.resolve() };
  }
  const postgres = await startEmbeddedPostgres({
    dataDir: config.dataDir,
    database: 'hub',
    log: (line) => logger.debug({ event: 'postgres' }, line),
    tellWhenSlow: (line) => logger.info({ event: 'postgres.starting' }, line),
    ...(cancelled && { cancelled }),
  });
  void postgres.exited.then(() => {
    logger.fatal({ event: 'postgres.exited' }, 'The embedded PostgreSQL has ended by itself');
    process.exit(1);
  });
  return { url: postgres.url, exclusive: true, stop: () => postgres.stop() };
}

/** Why a program could not start: one clear line per mistake. */
export function explainStart(error: unknown): string {
  if (error instanceof ConfigError) return error.mistakes.join('\n');
  if (error instanceof EmbeddedPostgresError) return error.message;
  const { code, message } = error as NodeJS.ErrnoException;
  if (isDatabaseError(code)) return `The database cannot be used: ${message} (${code}). Check DATABASE_URL.`;
  return errorWithStack(error);
}

function isDatabaseError(code: string | undefined): boolean {
  return (
    code !== undefined &&
    /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNRESET|28P01|28000|3D000|57P03|53300|42501)$/.test(code)
  );
}
