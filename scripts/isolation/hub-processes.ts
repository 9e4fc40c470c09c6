import { randomBytes } from 'node:crypto';
import { ApiClient } from '../../test/support/api-client.js';
import { type Environment, HubProcess } from '../../test/support/hub-process.js';
import { PrivatePostgres } from '../../test/support/postgres.js';
import { startPrivateRedis } from '../../test/support/redis.js';

export type QueueName = 'in-process' | 'bull';

/** A hub with a PostgreSQL of its own: one process, or on Bull one that accepts and several that send. */
export class HubProcesses {
  private readonly stops: (() => Promise<unknown>)[] = [];
  private clientOf: ApiClient | null = null;

  static async start(queue: QueueName, workers: number): Promise<HubProcesses> {
    const hub = new HubProcesses();
    try {
      await hub.open(queue, workers);
      return hub;
    } catch (error) {
      await hub.stop();
      throw error;
    }
  }

  get client(): ApiClient {
    if (!this.clientOf) throw new Error('The hub has not been started.');
    return this.clientOf;
  }

  async stop(): Promise<void> {
    for (const stop of this.stops.splice(0).reverse()) await stop();
  }

  private async open(queue: QueueName, workers: number): Promise<void> {
    const postgres = await PrivatePostgres.start();
    this.stops.push(() => postgres.stop());
    const adminKey = `hub_${randomBytes(32).toString('base64url')}`;
    const environment = {
      DATABASE_URL: postgres.url,
      SECRETS_KEY: randomBytes(32).toString('base64'),
      BOOTSTRAP_API_KEY: adminKey,
      KEY_REQUESTS_PER_SECOND: '0',
      ACCOUNT_REQUESTS_PER_SECOND: '0',
    };
    if (queue === 'in-process') {
      this.clientOf = new ApiClient((await this.launch(environment)).url, adminKey);
      return;
    }
    const redis = await startPrivateRedis();
    this.stops.push(() => redis.stop());
    const shared = { ...environment, REDIS_URL: redis.url };
    this.clientOf = new ApiClient((await this.launch({ ...shared, ROLE: 'api' })).url, adminKey);
    for (let index = 0; index < workers; index++) await this.launch({ ...shared, ROLE: 'worker' });
  }

  private async launch(environment: Environment): Promise<HubProcess> {
    const hub = await HubProcess.start(environment, 60_000);
    this.stops.push(() => hub.stop('SIGTERM'));
    return hub;
  }
}
