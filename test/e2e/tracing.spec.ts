import { randomBytes } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiClient } from '../support/api-client.js';
import { createTestDatabase, requiredEnvironment } from '../support/databases.js';
import { person, submitted } from '../support/erasure.js';
import { QUEUES } from '../support/hub.js';
import { type Environment, HubProcess, requireFreshBuild } from '../support/hub-process.js';
import { type CollectedSpan, collectedSpans } from '../support/otlp-collector.js';
import { Receiver } from '../support/receiver.js';

/** The built program sends its traces to an OTLP collector, and only when it is told to. */

const ADMIN_KEY = `hub_${randomBytes(32).toString('base64url')}`;
const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER_SPAN_ID = '00f067aa0ba902b7';
const LIMIT_MS = 30_000;
const [SERVER, CLIENT] = [2, 3];

const cleanUps: (() => Promise<unknown>)[] = [];

beforeAll(requireFreshBuild);

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function startReceiver(): Promise<Receiver> {
  const receiver = await Receiver.start();
  cleanUps.push(() => receiver.close());
  return receiver;
}

async function start(environment: Environment): Promise<ApiClient> {
  const hub = await HubProcess.start(environment);
  cleanUps.push(() => hub.stop('SIGKILL'));
  return new ApiClient(hub.url, ADMIN_KEY);
}

/** With one process that accepts and, on Bull, another one that sends. */
async function startHub(queue: string, tracing: Environment): Promise<ApiClient> {
  const database = await createTestDatabase();
  cleanUps.push(() => database.drop());
  const shared = {
    DATABASE_URL: database.url,
    SECRETS_KEY: randomBytes(32).toString('base64'),
    BOOTSTRAP_API_KEY: ADMIN_KEY,
    ...tracing,
  };
  if (queue !== 'bull') return start(shared);
  const bull = { ...shared, REDIS_URL: requiredEnvironment('HUB_TEST_REDIS_URL') };
  const api = await start({ ...bull, ROLE: 'api' });
  await start({ ...bull, ROLE: 'worker' });
  return api;
}

const of = (spans: readonly CollectedSpan[], name: string) => spans.filter((span) => span.name === name);

describe.each(QUEUES)('the trace of an event, on the %s queue', (queue) => {
  it('goes on from its caller through the request to every attempt, and names nobody', async () => {
    const [collector, receiver] = [await startReceiver(), await startReceiver()];
    const api = await startHub(queue, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '50' });
    receiver.answer('/good/secret-of-the-path?token=secret-of-the-query', 200);
    receiver.answer('/bad', 410);
    const url = `${receiver.url}/good/secret-of-the-path?token=secret-of-the-query`;
    const good = await api.subscribe({ url, events: ['application.*'] });
    const bad = await api.subscribe({ url: `${receiver.url}/bad`, events: ['application.*'] });
    const headers = { traceparent: `00-${TRACE_ID}-${CALLER_SPAN_ID}-01` };
    const jane = person('jane');
    const { body: event } = await api.post('/v1/events', submitted(jane), { headers });

    const spans = () => collectedSpans(collector).filter(({ traceId }) => traceId === TRACE_ID);
    await collector.waitUntil(
      () => of(spans(), 'POST').length >= 2 && of(spans(), 'POST /v1/events').length === 1,
      LIMIT_MS,
      () =>
        `a request and two attempts, got ${spans()
          .map(({ name }) => name)
          .join(', ')}`,
    );
    const [request] = of(spans(), 'POST /v1/events');
    expect(request).toMatchObject({
      kind: SERVER,
      parentSpanId: CALLER_SPAN_ID,
      service: 'ats-integration-hub',
      attributes: { 'http.request.method': 'POST', 'http.route': '/v1/events', 'http.response.status_code': 202 },
    });
    const planned = { 'hub.event_id': event.id as string, 'hub.deliveries': 2 };
    expect(of(spans(), 'plan')).toMatchObject([{ parentSpanId: request?.spanId, attributes: planned }]);
    const attempts = of(spans(), 'POST');
    for (const attempt of attempts) expect(attempt).toMatchObject({ kind: CLIENT, parentSpanId: request?.spanId });
    const attemptOf = (id: string) => attempts.find(({ attributes }) => attributes['hub.subscription_id'] === id);
    expect(attemptOf(good.id)).toMatchObject({
      status: 0,
      attributes: {
        'http.request.method': 'POST',
        'http.response.status_code': 200,
        'server.address': '127.0.0.1',
        'url.full': `${receiver.url}/REDACTED`,
        'hub.dialect': 'standard',
        'hub.event_id': event.id as string,
        'hub.outcome': 'delivered',
      },
    });
    expect(attemptOf(bad.id)).toMatchObject({ status: 2, attributes: { 'http.response.status_code': 410 } });
    const [call] = receiver.calls.filter(({ path }) => path.startsWith('/good'));
    expect(attemptOf(good.id)?.attributes['hub.delivery_id']).toBe(call?.headers['webhook-id']);
    expect(call?.headers).not.toHaveProperty('traceparent');
    expect(call?.body.toString()).not.toContain(TRACE_ID);
    expect((await api.get(`/v1/events/${event.id}`)).text).not.toContain(TRACE_ID);
    const collected = collector.calls.map(({ body }) => body.toString()).join('\n');
    for (const secret of ['secret-of', good.secret, ADMIN_KEY, ...Object.values(jane)])
      expect(collected).not.toContain(secret);
  });
});

describe('a hub without OTEL variables', () => {
  it('keeps no trace, whatever its callers send', async () => {
    const receiver = await startReceiver();
    const api = await startHub('in-process', {});
    await api.subscribe({ url: `${receiver.url}/one`, events: ['*'] });
    const headers = { traceparent: `00-${TRACE_ID}-${CALLER_SPAN_ID}-01` };
    const { body: event } = await api.post('/v1/events', submitted(person('jane')), { headers });
    const [call] = await receiver.waitFor('/one', 1);
    expect(JSON.stringify(call?.headers) + call?.body.toString()).not.toContain(TRACE_ID);
    expect(JSON.stringify((await api.get(`/v1/events/${event.id}`)).body)).not.toContain(TRACE_ID);
  });
});
