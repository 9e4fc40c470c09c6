import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Transactions } from '../../src/database/transactions.service.js';
import { DatabaseProxy } from '../support/database-proxy.js';
import { untilDeliveries } from '../support/deliveries.js';
import { type ApiAnswer, QUEUES, TestHub } from '../support/hub.js';
import { Receiver } from '../support/receiver.js';

/** A connection is given up after five seconds; the same once for each of those that wait would be a minute and more. */
const SOON_MS = 12_000;
const TOGETHER = 20;

describe('a hub whose database goes away', () => {
  let hub: TestHub;
  let proxy: DatabaseProxy;
  let receiver: Receiver;

  beforeAll(async () => {
    const databaseUrlOf = async (databaseUrl: string) => {
      proxy = await DatabaseProxy.start(databaseUrl);
      return proxy.url;
    };
    [hub, receiver] = await Promise.all([TestHub.start({ databaseUrlOf }), Receiver.start()]);
  });

  // A key is known without the database for a moment: that is what lets requests get as far as accepting.
  beforeEach(async () => {
    expect((await hub.get('/v1/me')).status).toBe(200);
  });

  afterAll(async () => {
    await hub.stop();
    await proxy.close();
    await receiver.close();
  });

  it('answers 503 with Retry-After, and goes on by itself when it is back', async () => {
    const { id } = await hub.subscribe({ url: `${receiver.url}/hook`, events: ['custom.back'] });
    proxy.cut();
    const answers = await Promise.all([
      hub.post('/v1/events', { type: 'custom.back', data: {} }),
      hub.get('/v1/subscriptions'),
      hub.get('/health/ready'),
      hub.post('/in/unknown', {}, { key: null }),
    ]);
    for (const { status, headers, body } of answers) {
      expect([status, headers.get('retry-after'), body.code]).toEqual([503, '5', 'unavailable']);
    }
    proxy.restore();
    await hub.until('/health/ready', ({ status }) => status === 'ok');
    await hub.send({ type: 'custom.back', data: {} });
    await untilDeliveries(hub, id, 1, ({ status }) => status === 'delivered');
  });

  it('records what a call came to once it is back, and does not make the call again', async () => {
    const { id } = await hub.subscribe({ url: `${receiver.url}/held`, events: ['custom.held'] });
    const held: ServerResponse[] = [];
    receiver.answer('/held', (_call, response) => held.push(response));
    await hub.send({ type: 'custom.held', data: {} });
    await receiver.waitFor('/held', 1);
    proxy.cut();
    for (const response of held) response.end();
    // One of them is the recorder's.
    await proxy.untilRefused(5);
    proxy.restore();
    await untilDeliveries(hub, id, 1, ({ status, attempts }) => status === 'delivered' && attempts === 1);
    expect(receiver.on('/held')).toHaveLength(1);
  });

  it('refuses what waits together as soon as the first of it would be', async () => {
    proxy.silence();
    const startedAt = performance.now();
    const answers = await sendTogether(hub, 'custom.silent');
    const elapsedMs = performance.now() - startedAt;
    proxy.restore();
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 503));
    expect(elapsedMs).toBeLessThan(SOON_MS);
  });
});

describe.each(QUEUES)('a hub with the %s queue whose database was away for a minute', (queue) => {
  let hub: TestHub;
  let proxy: DatabaseProxy;
  let receiver: Receiver;

  beforeAll(async () => {
    const databaseUrlOf = async (databaseUrl: string) => {
      proxy = await DatabaseProxy.start(databaseUrl);
      return proxy.url;
    };
    [hub, receiver] = await Promise.all([TestHub.start({ queue, databaseUrlOf }), Receiver.start()]);
  });

  afterAll(async () => {
    await hub.stop();
    await proxy.close();
    await receiver.close();
  });

  it('delivers what became due meanwhile, and what it accepts from then on', async () => {
    const { id } = await hub.subscribe({ url: `${receiver.url}/hook`, events: ['custom.due'] });
    receiver.answerNext('/hook', 500);
    await hub.send({ type: 'custom.due', data: {} });
    await untilDeliveries(hub, id, 1, ({ attempts, next_attempt_at }) => attempts === 1 && next_attempt_at !== null);
    proxy.cut();
    await hub.advance(60_000);
    // The scheduler's looks among them.
    await proxy.untilRefused(3);
    expect((await hub.post('/v1/events', { type: 'custom.due', data: {} })).status).toBe(503);
    proxy.restore();
    await receiver.waitFor('/hook', 2);
    await hub.until('/health/ready', ({ status }) => status === 'ok');
    await hub.send({ type: 'custom.due', data: {} });
    await untilDeliveries(hub, id, 2, ({ status }) => status === 'delivered');
    expect(receiver.on('/hook')).toHaveLength(3);
  });
});

describe('a hub that is not told of a commit', () => {
  let hub: TestHub;
  let proxy: DatabaseProxy;

  beforeAll(async () => {
    const databaseUrlOf = async (databaseUrl: string) => {
      proxy = await DatabaseProxy.start(databaseUrl);
      return proxy.url;
    };
    hub = await TestHub.start({ dispatch: false, databaseUrlOf });
  });

  afterAll(async () => {
    await hub.stop();
    await proxy.close();
  });

  it('accepts none of its events a second time', async () => {
    expect((await hub.get('/v1/me')).status).toBe(200);
    // Two that are under way, and the one that all others wait for meanwhile.
    proxy.loseCommits(3);
    const answers = await sendTogether(hub, 'custom.unsure');
    expect(answers.map(({ status }) => status).filter((status) => status !== 202 && status !== 503)).toEqual([]);
    expect(answers.some(({ status }) => status === 503)).toBe(true);
    const rows = await hub.app.get(Transactions).query(`SELECT FROM events WHERE type = 'custom.unsure'`);
    expect(rows).toHaveLength(TOGETHER);
  });
});

function sendTogether(hub: TestHub, type: string): Promise<ApiAnswer[]> {
  return Promise.all(Array.from({ length: TOGETHER }, () => hub.post('/v1/events', { type, data: {} })));
}
