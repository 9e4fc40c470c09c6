import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { DestinationStream } from 'pino';
import { AccountsService } from '../../src/accounts/accounts.service.js';
import type { ReplacedParts } from '../../src/app.module.js';
import { Clock } from '../../src/common/clock.js';
import { createLogger } from '../../src/common/logger.js';
import { type HubConfig, loadConfig } from '../../src/config/config.js';
import { DeliveryScheduler } from '../../src/dispatch/delivery-scheduler.service.js';
import { DispatchRunner } from '../../src/dispatch/dispatch-runner.service.js';
import { createHttpApp } from '../../src/http-app.js';
import { ApiClient } from './api-client.js';
import { createTestDatabase, requiredEnvironment } from './databases.js';
import { logDestination } from './log-files.js';

export type QueueKind = 'in-process' | 'bull';

/** The queues that this machine can test; without a Redis the global set-up has said that Bull is left out, and why. */
export const QUEUES: readonly QueueKind[] = process.env.HUB_TEST_REDIS_URL ? ['in-process', 'bull'] : ['in-process'];

export interface HubOptions extends ReplacedParts {
  readonly queue?: QueueKind;
  /** `false`: accepts, but sends nothing. */
  readonly dispatch?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
  /** Instead of 30 s. */
  readonly requestTimeoutMs?: number;
  /** Where it logs to; else a file that is searched for leaks when all tests are over. */
  readonly log?: DestinationStream;
  /** By which address the hub reaches its database, given the database's own. */
  readonly databaseUrlOf?: (databaseUrl: string) => Promise<string>;
}

export type { ApiAnswer, RequestOptions } from './api-client.js';

/** A whole hub in this process: its own database, real HTTP on a free port, and a clock that the test moves. */
export class TestHub extends ApiClient {
  private readonly workers: NestFastifyApplication[] = [];

  private constructor(
    readonly app: NestFastifyApplication,
    url: string,
    /** The bootstrap key: operator and admin of the first account. */
    adminKey: string,
    readonly databaseUrl: string,
    private readonly addProcess: () => Promise<NestFastifyApplication>,
    private readonly cleanUp: () => Promise<void>,
  ) {
    super(url, adminKey);
  }

  static async start(options: HubOptions = {}): Promise<TestHub> {
    const database = await createTestDatabase();
    const databaseUrl = (await options.databaseUrlOf?.(database.url)) ?? database.url;
    const dataDir = await mkdtemp(join(tmpdir(), 'hub-test-'));
    const adminKey = `hub_${randomBytes(32).toString('base64url')}`;
    const config = loadConfig({
      PORT: '0',
      DATA_DIR: dataDir,
      DATABASE_URL: databaseUrl,
      SECRETS_KEY: randomBytes(32).toString('base64'),
      BOOTSTRAP_API_KEY: adminKey,
      ...(options.queue === 'bull' && { REDIS_URL: requiredEnvironment('HUB_TEST_REDIS_URL') }),
      ...options.environment,
    });
    const app = await createApp(config, databaseUrl, options);
    await app.get(AccountsService).ensureBootstrapKey();
    if (options.dispatch !== false) {
      await app.get(DispatchRunner).start({ exclusive: true });
      // The first look takes all that is due, however fresh: it is over before a test sends something and moves the clock.
      await app.get(DeliveryScheduler).tick();
    }
    await app.listen(0, '127.0.0.1');
    const cleanUp = async () => {
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    };
    const addProcess = () => createApp(config, databaseUrl, options);
    return new TestHub(app, await app.getUrl(), adminKey, database.url, addProcess, cleanUp);
  }

  /** The clock stands still at the present: time passes by `advance` only, however long the test takes. Again: at the new present. */
  freeze(): void {
    this.app.get(Clock).freeze();
  }

  /** Moves the hub's clock and lets the scheduler look at once. */
  async advance(ms: number): Promise<void> {
    this.app.get(Clock).advance(ms);
    await this.app.get(DeliveryScheduler).tick();
  }

  /** Another worker on the same database and queue, as a process of its own would be; for Bull. */
  async addWorker(): Promise<void> {
    const app = await this.addProcess();
    await app.get(DispatchRunner).start({ exclusive: false });
    this.workers.push(app);
  }

  async stop(): Promise<void> {
    await Promise.all(this.workers.map((app) => app.close()));
    await this.app.close();
    await this.cleanUp();
  }
}

async function createApp(
  config: HubConfig,
  databaseUrl: string,
  { requestTimeoutMs, log, ...replaced }: ReplacedParts & Pick<HubOptions, 'requestTimeoutMs' | 'log'>,
): Promise<NestFastifyApplication> {
  // Everything, so that the reporter of leaks sees what any of its users might.
  const shown = process.env.HUB_TEST_LOG_LEVEL;
  const logger = shown ? createLogger(shown, false) : createLogger('trace', false, log ?? logDestination());
  const app = await createHttpApp(config, databaseUrl, logger, {
    pages: false,
    replaced: { callsOnMainThread: true, ...replaced },
    ...(requestTimeoutMs !== undefined && { requestTimeoutMs }),
  });
  await app.init();
  return app;
}
