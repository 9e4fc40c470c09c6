import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { dataSourceOptions } from '../../ormconfig.js';
import { migrate } from '../../src/database/migrate.js';

const TEMPLATE = 'hub_test_template';

/** Makes the migrated database that every test file copies. Called once, before any test. */
export async function prepareTemplate(adminUrl: string): Promise<void> {
  await runAsAdmin(adminUrl, `DROP DATABASE IF EXISTS ${TEMPLATE}`);
  await runAsAdmin(adminUrl, `CREATE DATABASE ${TEMPLATE}`);
  await migrate(dataSourceOptions(urlOf(adminUrl, TEMPLATE)));
}

export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** A fresh copy of the template: a test file has its database to itself. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const adminUrl = requiredEnvironment('HUB_TEST_DATABASE_URL');
  const name = `hub_test_${randomBytes(6).toString('hex')}`;
  await runAsAdmin(adminUrl, `CREATE DATABASE ${name} TEMPLATE ${TEMPLATE} STRATEGY file_copy`);
  return {
    url: urlOf(adminUrl, name),
    drop: () => runAsAdmin(adminUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

export function requiredEnvironment(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: the global set-up of the tests sets it.`);
  return value;
}

function urlOf(adminUrl: string, database: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  return url.toString();
}

/** Copying a template needs it to be idle: several test files start at once, so a busy template is tried again. */
async function runAsAdmin(adminUrl: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query(`SELECT pg_advisory_lock(hashtext('hub:test-databases'))`);
    await client.query(sql);
  } finally {
    await client.end();
  }
}
