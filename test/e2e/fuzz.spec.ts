import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import fc from 'fast-check';
import { Pool } from 'undici';
import type { ApiAnswer } from '../support/api-client.js';
import { ApiSubjects } from '../support/api-subjects.js';
import { type DocumentedOperation, documentedOperations, undocumentedOf } from '../support/documented-operations.js';
import { TestHub } from '../support/hub.js';
import { NameServer } from '../support/name-server.js';
import { OpenApiSchemas } from '../support/openapi-schemas.js';
import type { NamedSchemas } from '../support/schema-values.js';
import { SUBJECT, type WildRequest, wildRequests } from '../support/wild-requests.js';

/**
 * Thousands of right and wrong requests to every operation of the OpenAPI document: each is answered as documented, within
 * a second. `FUZZ_SEED` and `FUZZ_RUNS` repeat a failure, or look further.
 */

const SEED = Number(process.env.FUZZ_SEED || 20_260_101);
const RUNS = Number(process.env.FUZZ_RUNS || 45);
const RUNS_WITHOUT_KEY = Math.ceil(RUNS / 5);
const MAX_DURATION_MS = 1_000;
/** What takes too long every time does so by itself, and not because the machine is busy. */
const TRIES = 3;

const document = JSON.parse(readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8')) as OpenAPIObject;
const operations = documentedOperations(document);
const named = document.components?.schemas as NamedSchemas;
const schemas = new OpenApiSchemas(document);

/** What schemas alone cannot make right requests for. */
const NEVER_RIGHT: Readonly<Record<string, string>> = {
  receiveWebhook: 'the vendor signs it',
  receiveWebhookOfEvent: 'the vendor signs it',
  retryDelivery: 'nothing is sent, so nothing has failed',
};

/** The id that the document gives as an example of a subscription. In a query it stands for one that is there. */
const DOCUMENTED_SUBSCRIPTION = 'wh_01m7xr63cee52b9skadqbv3y6n';

type Judged = Pick<ApiAnswer, 'status' | 'headers' | 'body' | 'text'>;

let hub: TestHub;
let names: NameServer;
let pool: Pool;
let subjects: ApiSubjects;
let subscriptionId: string;
/** What an operation is called on, until it is gone. */
const paths = new Map<string, string>();
const succeeded = new Set<string>();

beforeAll(async () => {
  names = await NameServer.start();
  const environment = { KEY_REQUESTS_PER_SECOND: '0', ACCOUNT_REQUESTS_PER_SECOND: '0' };
  hub = await TestHub.start({ dispatch: false, environment, resolve: names.resolver() });
  pool = new Pool(hub.url, { connections: 4 });
  subscriptionId = (await hub.subscribe({ url: 'http://127.0.0.1:9/', events: ['*'] })).id;
  await hub.post(`/v1/subscriptions/${subscriptionId}/test`);
  const { body: source } = await hub.post('/v1/sources', { dialect: 'standard', name: 'Source' });
  const token = new URL(source.ingest_url as string).pathname;
  subjects = new ApiSubjects(hub, 'http://127.0.0.1:9/', token.split('/').at(-1));
  process.stdout.write(`\nThe requests are those of FUZZ_SEED=${SEED} FUZZ_RUNS=${RUNS}.\n`);
});

afterAll(async () => {
  await pool.close();
  await hub.stop();
  names.close();
});

async function pathOf(operation: DocumentedOperation, { pathValues, query }: WildRequest): Promise<string> {
  const known = paths.get(operation.path) ?? (await subjects.pathOf(operation));
  paths.set(operation.path, known);
  const segments = known.split('/');
  const places = operation.path.split('/').flatMap((segment, index) => (segment.startsWith('{') ? [index] : []));
  for (const [n, index] of places.entries()) {
    const value = pathValues[n] ?? SUBJECT;
    if (value !== SUBJECT) segments[index] = value;
  }
  return segments.join('/') + query.replaceAll(DOCUMENTED_SUBSCRIPTION, subscriptionId);
}

async function answerTo(
  operation: DocumentedOperation,
  wild: WildRequest,
  key: string | null,
): Promise<{ answer: Judged; path: string; durationMs: number }> {
  const path = await pathOf(operation, wild);
  const startedAt = performance.now();
  const { statusCode, headers, body } = await pool.request({
    method: operation.method,
    path,
    headers: { ...wild.headers, ...(key !== null && { authorization: `Bearer ${key}` }) },
    body: wild.body,
  });
  const text = isStream(headers) ? await firstOf(body) : await body.text();
  const durationMs = performance.now() - startedAt;
  const shown = new Headers(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  return { answer: { status: statusCode, headers: shown, body: parsed(text), text }, path, durationMs };
}

/** It never ends by itself. */
function isStream(headers: IncomingHttpHeaders): boolean {
  return String(headers['content-type']).startsWith('text/event-stream');
}

async function firstOf(body: Readable): Promise<string> {
  body.on('error', () => undefined);
  const [chunk] = (await once(body, 'data')) as [Buffer];
  body.destroy();
  return chunk.toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** What is wrong with an answer; `null`: nothing. */
function mistakeOf(operation: DocumentedOperation, answer: Judged): string | null {
  const { status } = answer;
  if (status < 400) return undocumentedOf(operation, schemas, answer);
  if (status >= 500) return 'the fault of the hub';
  if (!answer.headers.get('content-type')?.startsWith('application/problem+json')) return 'that it is no problem+json';
  const { code } = answer.body as { code?: string };
  // What may befall all operations is documented once.
  const { [status]: own, default: any } = operation.responses;
  if (![own, any].some((response) => response?.description?.includes(`\`${code}\``))) return `the code ${code}`;
  return own ? undocumentedOf(operation, schemas, answer) : null;
}

async function check(operation: DocumentedOperation, wild: WildRequest, key: string | null): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const { answer, path, durationMs } = await answerTo(operation, wild, key);
    const told = `${operation.method} ${path.slice(0, 300)} was answered ${answer.status} ${answer.text.slice(0, 500)}`;
    const mistake = mistakeOf(operation, answer);
    if (mistake !== null) throw new Error(`${told}, of which is not documented: ${mistake}.`);
    if (answer.status < 300) succeeded.add(operation.operationId);
    if (answer.status < 300 && operation.method === 'DELETE') paths.clear();
    if (key === null && answer.status < 400 && '401' in operation.responses && !operation.path.startsWith('/in/')) {
      throw new Error(`${told}, without a key.`);
    }
    if (durationMs <= MAX_DURATION_MS) return;
    if (tries === TRIES) throw new Error(`${told}, after ${Math.round(durationMs)} ms.`);
  }
}

async function fuzz(operation: DocumentedOperation, key: string | null, numRuns: number): Promise<void> {
  const property = fc.asyncProperty(wildRequests(operation, named), (wild) => check(operation, wild, key));
  await fc.assert(property, { seed: SEED, numRuns, interruptAfterTimeLimit: 50_000, markInterruptAsFailure: true });
}

describe('whatever is asked, the answer is as documented and comes within a second', () => {
  it.each(operations.map((operation) => [operation.operationId, operation] as const))('%s', async (_id, operation) => {
    await fuzz(operation, hub.adminKey, RUNS);
    await fuzz(operation, null, RUNS_WITHOUT_KEY);
  });
});

describe('after all that', () => {
  it('every operation has done what it is for at least once', () => {
    const expected = operations.map(({ operationId }) => operationId).filter((id) => !(id in NEVER_RIGHT));
    expect(expected.filter((id) => !succeeded.has(id))).toEqual([]);
  });

  it('the hub is well', async () => {
    expect((await hub.get('/health/ready')).status).toBe(200);
    expect((await hub.post('/v1/events', { type: 'custom.after', data: {} })).status).toBe(202);
    expect(({} as Record<string, unknown>).isAdmin).toBeUndefined();
  });
});
