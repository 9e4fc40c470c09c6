import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AccountsService } from '../../src/accounts/accounts.service.js';
import { Clock } from '../../src/common/clock.js';
import { createLogger } from '../../src/common/logger.js';
import { loadConfig } from '../../src/config/config.js';
import { DeliveryScheduler } from '../../src/dispatch/delivery-scheduler.service.js';
import { DispatchRunner } from '../../src/dispatch/dispatch-runner.service.js';
import { createHttpApp } from '../../src/http-app.js';
import { createTestDatabase, requiredEnvironment } from './databases.js';

export type QueueKind = 'in-process' | 'bull';

/** The queues that this machine can test; without a Redis the global set-up has said that Bull is left out, and why. */
export const QUEUES: readonly QueueKind[] = process.env.HUB_TEST_REDIS_URL ? ['in-process', 'bull'] : ['in-process'];

export interface HubOptions {
  readonly queue?: QueueKind;
  /** `false`: accepts, but sends nothing. */
  readonly dispatch?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into answers of every shape
  readonly body: any;
  readonly text: string;
}

export interface RequestOptions {
  readonly key?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A whole hub in this process: its own database, real HTTP on a free port, and a clock that the test moves. */
export class TestHub {
  private constructor(
    readonly app: NestFastifyApplication,
    readonly url: string,
    /** The bootstrap key: operator and admin of the first account. */
    readonly adminKey: string,
    readonly databaseUrl: string,
    private readonly cleanUp: () => Promise<void>,
  ) {}

  static async start(options: HubOptions = {}): Promise<TestHub> {
    const database = await createTestDatabase();
    const dataDir = await mkdtemp(join(tmpdir(), 'hub-test-'));
    const adminKey = `hub_${randomBytes(32).toString('base64url')}`;
    const config = loadConfig({
      PORT: '0',
      DATA_DIR: dataDir,
      DATABASE_URL: database.url,
      SECRETS_KEY: randomBytes(32).toString('base64'),
      BOOTSTRAP_API_KEY: adminKey,
      ...(options.queue === 'bull' && { REDIS_URL: requiredEnvironment('HUB_TEST_REDIS_URL') }),
      ...options.environment,
    });
    const app = await createHttpApp(
      config,
      database.url,
      createLogger(process.env.HUB_TEST_LOG_LEVEL ?? 'silent', false),
      { swaggerUi: false },
    );
    await app.init();
    await app.get(AccountsService).ensureBootstrapKey();
    if (options.dispatch !== false) await app.get(DispatchRunner).start({ exclusive: true });
    await app.listen(0, '127.0.0.1');
    const cleanUp = async () => {
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    };
    return new TestHub(app, await app.getUrl(), adminKey, database.url, cleanUp);
  }

  /** Moves the hub's clock and lets the scheduler look at once. */
  async advance(ms: number): Promise<void> {
    this.app.get(Clock).advance(ms);
    await this.app.get(DeliveryScheduler).tick();
  }

  get(path: string, options: RequestOptions = {}): Promise<ApiAnswer> {
    return this.request('GET', path, undefined, options);
  }

  post(path: string, body?: unknown, options: RequestOptions = {}): Promise<ApiAnswer> {
    return this.request('POST', path, body, options);
  }

  patch(path: string, body: unknown, options: RequestOptions = {}): Promise<ApiAnswer> {
    return this.request('PATCH', path, body, options);
  }

  delete(path: string, options: RequestOptions = {}): Promise<ApiAnswer> {
    return this.request('DELETE', path, undefined, options);
  }

  /** A string or Buffer body goes out as it is, anything else as JSON. `key: null` sends no key. */
  async request(method: string, path: string, body?: unknown, options: RequestOptions = {}): Promise<ApiAnswer> {
    const key = options.key === undefined ? this.adminKey : options.key;
    const raw = typeof body === 'string' || Buffer.isBuffer(body);
    const response = await fetch(this.url + path, {
      method,
      headers: {
        ...(key !== null && { authorization: `Bearer ${key}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(body !== undefined && { body: raw ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: parsed(text), text };
  }

  /** Asks until `accept` is content; rejects with the last answer after `timeoutMs`. */
  async until(
    path: string,
    accept: (body: ApiAnswer['body']) => boolean,
    timeoutMs = 10_000,
  ): Promise<ApiAnswer['body']> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const { body } = await this.get(path);
      if (accept(body)) return body as unknown;
      if (Date.now() > deadline)
        throw new Error(`${path} never became as expected: ${JSON.stringify(body).slice(0, 2_000)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Subscribes, and fails the test when that is refused. */
  async subscribe(
    fields: Readonly<Record<string, unknown>>,
    options: RequestOptions = {},
  ): Promise<{ id: string; secret: string }> {
    const answer = await this.post('/v1/subscriptions', fields, options);
    if (answer.status !== 201) throw new Error(`Subscribing was refused: ${answer.text}`);
    return answer.body as { id: string; secret: string };
  }

  /** Sends an event, and fails the test when it is refused. */
  async send(event: Readonly<Record<string, unknown>>): Promise<{ id: string; deliveries: number }> {
    const answer = await this.post('/v1/events', event);
    if (answer.status !== 202) throw new Error(`The event was refused: ${answer.text}`);
    return answer.body as { id: string; deliveries: number };
  }

  async stop(): Promise<void> {
    await this.app.close();
    await this.cleanUp();
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
