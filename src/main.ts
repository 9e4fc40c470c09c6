import 'reflect-metadata';
import { setTimeout as delay } from 'node:timers/promises';
import type { INestApplicationContext } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { dataSourceOptions } from '../ormconfig.js';
import { AccountsService } from './accounts/accounts.service.js';
import { errorText, errorWithStack } from './common/error-text.js';
import { createLogger } from './common/logger.js';
import { type HubConfig, isStartedByNpm, loadConfig } from './config/config.js';
import { misspeltHint } from './config/misspelt-variables.js';
import { PublicUrl } from './config/public-url.js';
import { migrate } from './database/migrate.js';
import { PartitionKeeper } from './database/partition-keeper.service.js';
import { DispatchRunner } from './dispatch/dispatch-runner.service.js';
import { createHttpApp } from './http-app.js';
import { type Database, explainStart, openDatabase } from './open-database.js';
import { type Stopping, stopOnSignals } from './stop-signals.js';
import { startTracing } from './tracing.js';

/** Reads the configuration, starts and stops the role: the only place that knows roles. */

/** A caller may be waiting for a receiver that takes a minute: it is not waited for, so that PostgreSQL stops in time. */
const CLOSE_LIMIT_MS = 7_500;
const LAST_SPANS_LIMIT_MS = 1_000;

async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const logger = createLogger(config.logLevel, process.stdout.isTTY);
  for (const one of config.misspelt) logger.warn({ event: 'config.misspelt', ...one }, misspeltHint(one));
  const stopping = stopOnSignals(logger, isStartedByNpm(process.env));
  try {
    await start(config, logger, stopping);
  } catch (error) {
    if (!stopping.asked.aborted) throw error;
    // What was to end has ended, whatever gave up on the way.
    logger.info({ event: 'hub.start_given_up', error: errorText(error) }, 'Stopped while starting');
    process.exit(0);
  }
}

async function start(config: HubConfig, logger: Logger, stopping: Stopping): Promise<void> {
  const stopTracing = config.traceExporter === null ? null : await startTracing(config.traceExporter);
  const database = await openDatabase(config, logger, stopping.asked);
  try {
    await migrate(dataSourceOptions(database.url));
    stopping.asked.throwIfAborted();
    const app = await startRole(config, database, logger);
    // Stops taking work, finishes or gives back what is in flight, then stops PostgreSQL.
    stopping.by(async () => {
      await Promise.race([app.close(), delay(CLOSE_LIMIT_MS)]);
      // A collector that does not answer is not waited for.
      await Promise.race([stopTracing?.().catch(() => undefined), delay(LAST_SPANS_LIMIT_MS)]);
      await database.stop();
    });
  } catch (error) {
    await database.stop();
    throw error;
  }
}

async function startRole(config: HubConfig, database: Database, logger: Logger): Promise<INestApplicationContext> {
  const app = await createHttpApp(config, database.url, logger);
  await app.init();
  if (config.role === 'worker') {
    await app.get(PartitionKeeper).start();
    await app.get(DispatchRunner).start(database);
    if (config.listens) await listen(app, config);
    const url = config.listens ? await app.getUrl() : null;
    logger.info({ event: 'hub.started', role: config.role, url }, 'The worker is running');
    return app;
  }
  await app.get(PartitionKeeper).start();
  if (config.role === 'all') await app.get(DispatchRunner).start(database);
  const accounts = app.get(AccountsService);
  if (config.bootstrapApiKey !== null) await accounts.ensureBootstrapKey();
  // Before a key is made: a start that fails at its port would show it where nobody looks, and no later one can show it.
  await listen(app, config);
  const newKey = await accounts.ensureBootstrapKey();
  if (newKey !== null) console.log(`Admin API key, shown this once:  ${newKey}\n`);
  await greet(app, config);
  return app;
}

async function listen(app: NestFastifyApplication, config: HubConfig): Promise<void> {
  await app.listen(config.port, config.host).catch(async (error: unknown) => {
    await app.close();
    throw new ListenError(config, (error as NodeJS.ErrnoException).code ?? String(error));
  });
}

async function greet(app: NestFastifyApplication, config: HubConfig): Promise<void> {
  const url = config.port === 0 ? await app.getUrl() : app.get(PublicUrl).get();
  const lines = [
    `The ATS Integration Hub is running on ${url}`,
    `  Console     ${url}/console`,
    `  Swagger UI  ${url}/docs`,
  ];
  console.log(lines.join('\n'));
}

class ListenError extends Error {
  constructor({ host, port }: HubConfig, code: string) {
    super(
      code === 'EADDRINUSE'
        ? `PORT ${port} on ${host} is in use: stop what listens there, or set PORT to another one.`
        : `The hub cannot listen on ${host}:${port}: check HOST and PORT (${code}).`,
    );
  }
}

// Node would print such an error with all that hangs on it: a database's with the parameters of the statement.
process.on('uncaughtException', (error: unknown) => {
  console.error(errorWithStack(error));
  process.exit(1);
});

main().catch((error: unknown) => {
  console.error(error instanceof ListenError ? error.message : explainStart(error));
  process.exit(1);
});
