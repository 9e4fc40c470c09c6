import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Transactions } from '../../src/database/transactions.service.js';
import { holdScheduler, untilDeliveries } from '../support/deliveries.js';
import { QUEUES, TestHub } from '../support/hub.js';
import { Receiver } from '../support/receiver.js';

type Samples = ReadonlyMap<string, number>;

const COUNTED_LIMIT_MS = 10_000;

describe.each(QUEUES)('metrics, on the %s queue', (queue) => {
  let hub: TestHub;
  let receiver: Receiver;

  beforeAll(async () => {
    [hub, receiver] = await Promise.all([TestHub.start({ queue }), Receiver.start()]);
    await holdScheduler(hub);
  });

  afterAll(async () => {
    await hub.stop();
    await receiver.close();
  });

  /** Without a key. By name and labels, as printed. */
  async function scrape(): Promise<Samples> {
    const answer = await fetch(`${hub.url}/metrics`);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const lines = (await answer.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    return new Map(
      lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
    );
  }

  /** Once this process has counted whatever others can see: it does so a moment after it has committed. */
  async function scrapeAtRest(): Promise<Samples> {
    for (const until = performance.now() + COUNTED_LIMIT_MS; ;) {
      const samples = await scrape();
      if (samples.get('hub_deliveries_in_flight') === 0 || performance.now() > until) return samples;
    }
  }

  const events = (type: string, count: number) =>
    Array.from({ length: count }, (_, index) => ({ type, data: { job: { id: `job_${index}` } } }));

  it('count what was accepted and every call, by what it came to', async () => {
    receiver.answer('/bad', 503);
    const good = await hub.subscribe({ url: `${receiver.url}/good`, events: ['job.created'] });
    const bad = await hub.subscribe({ url: `${receiver.url}/bad`, events: ['job_created'], dialect: 'hatchbeacon' });
    const gone = await hub.subscribe({ url: 'http://127.0.0.1:9/', events: ['job.created'], dialect: 'autotechjobs' });
    await hub.post('/v1/events/batch', { events: events('job.created', 3) });
    await untilDeliveries(hub, good.id, 3, ({ status }) => status === 'delivered');
    for (const { id } of [bad, gone]) await untilDeliveries(hub, id, 3, ({ attempts }) => attempts === 1);

    const samples = await scrapeAtRest();
    expect(samples.get('hub_events_accepted_total{dialect="standard"}')).toBe(3);
    expect(samples.get('hub_deliveries_planned_total')).toBe(9);
    const calls = (labels: string) => samples.get(`hub_attempts_total{${labels}}`);
    expect(calls('dialect="standard",kind="delivery",outcome="delivered",error=""')).toBe(3);
    expect(calls('dialect="hatchbeacon",kind="delivery",outcome="retry",error=""')).toBe(3);
    expect(calls('dialect="autotechjobs",kind="delivery",outcome="retry",error="connection_refused"')).toBe(3);
    expect(samples.get('hub_attempt_seconds_count{dialect="hatchbeacon"}')).toBe(3);
    expect(samples.get('hub_delivery_seconds_count{dialect="standard"}')).toBe(3);
    expect(samples.get('hub_delivery_seconds_count{dialect="hatchbeacon"}')).toBeUndefined();
    expect(samples.get('hub_deliveries_in_flight')).toBe(0);
    expect(samples.get('hub_queue_open')).toBe(1);
    expect(samples.get('hub_deliveries_pending')).toBe(6);
    expect(samples.get('hub_deliveries_due')).toBe(0);
  });

  it('tell nothing that belongs to an account', async () => {
    const { body: me } = await hub.get('/v1/me');
    const answer = await (await fetch(`${hub.url}/metrics`)).text();
    const rows = await hub.app
      .get(Transactions)
      .query<{ id: string; url: string }>('SELECT id, url FROM subscriptions');
    const private_ = [...JSON.stringify(me).matchAll(/"([^"]{8,})"/g)].map(([, value]) => value ?? '');
    for (const value of [...private_, ...rows.flatMap(({ id, url }) => [id, url])]) expect(answer).not.toContain(value);
  });
});
