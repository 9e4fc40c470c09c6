import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../ormconfig.js';
import { createLogger } from './common/logger.js';
import { ConfigError, type HubConfig, loadConfig } from './config/config.js';
import { Transactions } from './database/transactions.service.js';
import { explainStart, openDatabase } from './open-database.js';
import { openKeyedHashes } from './signing/keyed-hashes.js';
import { type Rekeyed, Rekeying } from './signing/rekeying.js';
import { loadSecretsKeys, openSecretBox } from './signing/secrets-keys.js';

const OTHER_VERSION = 'The database is of an older version than this program: start the hub of this version first.';

/**
 * `npm run secrets:rekey`, with the environment of the hub: encrypts what is stored with the first key of SECRETS_KEY, so that the
 * others can be taken away. Exits with 0 once they can, else with 1.
 */
async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const database = await openDatabase(config, createLogger('silent', false));
  try {
    const dataSource = await new DataSource(dataSourceOptions(database.url)).initialize();
    try {
      if (await dataSource.showMigrations()) throw new ConfigError([OTHER_VERSION]);
      report(await rekey(config, dataSource));
    } finally {
      await dataSource.destroy();
    }
  } finally {
    await database.stop();
  }
}

async function rekey(config: HubConfig, dataSource: DataSource): Promise<Rekeyed> {
  const keys = loadSecretsKeys(config);
  const box = await openSecretBox(keys, dataSource);
  await openKeyedHashes(keys, box, dataSource);
  console.log(`Encrypting with the key ${box.currentKeyId}, of ${box.keyIds.join(', ')}`);
  return new Rekeying(box, new Transactions(dataSource), (line) => console.log(line)).run();
}

function report({ rows, unreadable, left }: Rekeyed): void {
  for (const where of unreadable) console.error(`Cannot be opened, and was left as it is: ${where}`);
  const done = [...rows].map(([table, count]) => `${table} ${count}`).join(', ');
  if (left.length === 0) {
    console.log(`Done: ${done}. No ciphertext of another key is left: SECRETS_KEY needs its first key alone.`);
    return;
  }
  const rest = left.map(({ table, column, keyId, count }) => `${count} of the key ${keyId} in ${table}.${column}`);
  console.error(`Not done: ${done}. Ciphertexts of other keys are left: ${rest.join(', ')}.`);
  process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(explainStart(error));
  process.exit(1);
});
