import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { dataSourceOptions } from '../../ormconfig.js';
import { AccountsService } from '../../src/accounts/accounts.service.js';
import type { Caller } from '../../src/accounts/caller.js';
import { createLogger } from '../../src/common/logger.js';
import { type HubConfig, loadConfig } from '../../src/config/config.js';
import { startEmbeddedPostgres } from '../../src/database/embedded-postgres.js';
import { migrate } from '../../src/database/migrate.js';
import { PartitionKeeper } from '../../src/database/partition-keeper.service.js';
import { Transactions } from '../../src/database/transactions.service.js';
import { createHttpApp } from '../../src/http-app.js';

/** A hub that answers over HTTP and sends nothing, on the database that the environment names. */
export interface OpenHub {
  readonly app: NestFastifyApplication;
  readonly config: HubConfig;
  /** The owner of the operator's key. */
  readonly operator: Caller;
  stop(): Promise<void>;
}

export async function openHub(): Promise<OpenHub> {
  const config = loadConfig(process.env);
  const database =
    config.databaseUrl === null
      ? await startEmbeddedPostgres({ dataDir: config.dataDir, database: 'hub', log: () => undefined })
      : { url: config.databaseUrl, stop: () => Promise.resolve() };
  try {
    await migrate(dataSourceOptions(database.url));
    const app = await createHttpApp(config, database.url, createLogger('warn', false), {
      pages: false,
      replaced: { callsOnMainThread: true },
    });
    await app.init();
    await app.get(PartitionKeeper).keep();
    const key = await app.get(AccountsService).ensureBootstrapKey();
    if (key !== null) console.log(`Admin API key, shown this once:  ${key}`);
    const stop = async () => {
      await app.close();
      await database.stop();
    };
    return { app, config, operator: await operatorOf(app), stop };
  } catch (error) {
    await database.stop();
    throw error;
  }
}

async function operatorOf(app: NestFastifyApplication): Promise<Caller> {
  const [row] = await app
    .get(Transactions)
    .query<{ id: string; account_id: string; name: string }>(
      `SELECT id, account_id, name FROM api_keys WHERE operator`,
    );
  if (!row) throw new Error('This database has no operator key.');
  return callerOf(row.account_id, row.id);
}

/** Whom the audit log names for what is done to an account. */
export function callerOf(accountId: string, keyId: string): Caller {
  const nobody = { partnerId: null, address: null, requestId: null };
  return { ...nobody, accountId, keyId, keyName: 'npm run fill', role: 'admin', operator: true };
}
