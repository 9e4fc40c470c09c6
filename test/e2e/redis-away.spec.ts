import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DISPATCH_QUEUE, type DispatchQueue } from '../../src/dispatch/queue/dispatch-queue.js';
import { holdScheduler } from '../support/deliveries.js';
import { TestHub } from '../support/hub.js';
import { Receiver } from '../support/receiver.js';
import { hasRedisServer, type PrivateRedis, startPrivateRedis } from '../support/redis.js';

const AWAY_MS = 60_000;
/** Nothing that a producer waits for waits for Redis. */
const SOON_MS = 5_000;
const BATCH = 500;

(hasRedisServer() ? describe : describe.skip)('a hub whose Redis is away for a minute', () => {
  let redis: PrivateRedis;
  let hub: TestHub;
  let receiver: Receiver;

  beforeAll(async () => {
    redis = await startPrivateRedis();
    [hub, receiver] = await Promise.all([TestHub.start({ environment: { REDIS_URL: redis.url } }), Receiver.start()]);
    await hub.subscribe({ url: `${receiver.url}/hook`, events: ['custom.away'] });
    await hub.subscribe({ url: `${receiver.url}/retried`, events: ['custom.retried'] });
    receiver.answerNext('/retried', 500);
    await hub.send({ type: 'custom.away', data: {} });
    await hub.send({ type: 'custom.retried', data: {} });
    await hub.until('/v1/attempts', ({ data }) => data.length === 2);
  });

  afterAll(async () => {
    await hub.stop();
    await receiver.close();
    await redis.stop();
  });

  it('goes on accepting, and delivers what comes and what becomes due', async () => {
    await redis.kill();
    const startedAt = performance.now();
    await hub.send({ type: 'custom.away', data: {} });
    const events = Array.from({ length: BATCH }, () => ({ type: 'custom.away', data: {} }));
    expect((await hub.post('/v1/events/batch', { events })).status).toBe(202);
    expect((await hub.get('/health/ready')).status).toBe(200);
    expect(performance.now() - startedAt).toBeLessThan(SOON_MS);

    await hub.advance(AWAY_MS);
    const calls = await receiver.waitFor('/hook', 1 + 1 + BATCH, 20_000);
    expect(await receiver.waitFor('/retried', 2)).toHaveLength(2);
    expect(new Set(calls.map(({ headers }) => headers['webhook-id'])).size).toBe(calls.length);
    await hub.until('/v1/deliveries?status=pending', ({ data }) => data.length === 0);
  });

  it('uses it again as soon as it is back', async () => {
    await holdScheduler(hub);
    redis = await startPrivateRedis(redis.port);
    const queue = hub.app.get<DispatchQueue>(DISPATCH_QUEUE);
    while (!queue.hasRoom()) await delay(20);
    await hub.send({ type: 'custom.away', data: {} });
    await receiver.waitFor('/hook', 2 + BATCH + 1);
  });
});
