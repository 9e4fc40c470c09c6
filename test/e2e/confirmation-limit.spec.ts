import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Dialect } from '../../src/ats/dialect.js';
import { ALL_DIALECTS } from '../../src/dialects/all-dialects.js';
import { untilAttempts } from '../support/deliveries.js';
import { TestHub } from '../support/hub.js';
import { Receiver } from '../support/receiver.js';

/** How long a REST hook's target has to echo its secret: the dialect says 10 s (its own spec), here it is less. */
const LIMIT_MS = 400;

const impatient = ALL_DIALECTS.map((dialect): Dialect =>
  dialect.confirmation ? { ...dialect, confirmation: { ...dialect.confirmation, timeoutMs: LIMIT_MS } } : dialect,
);

describe('a target that does not echo its secret in time', () => {
  let hub: TestHub;
  let receiver: Receiver;

  beforeAll(async () => {
    [hub, receiver] = await Promise.all([TestHub.start({ dialects: impatient }), Receiver.start()]);
  });

  afterAll(async () => {
    await hub.stop();
    await receiver.close();
  });

  it('is not confirmed, however it echoes later, and gets its events all the same', async () => {
    const late: (() => void)[] = [];
    receiver.answerNext('/late', ({ headers }, response) => {
      late.push(() => response.writeHead(200, { 'x-hook-secret': String(headers['x-hook-secret']) }).end());
    });
    const hook = { event: 'Employee Created', target_url: `${receiver.url}/late` };
    const { body: subscribed } = await hub.post('/resthooks/subscriptions', hook);
    const [attempt] = await untilAttempts(hub, subscribed.id as string, 1);
    expect(attempt).toMatchObject({ kind: 'confirmation', outcome: 'failed', error: { code: 'timeout' } });
    expect(attempt?.duration_ms).toBeGreaterThanOrEqual(LIMIT_MS);

    expect(late).toHaveLength(1);
    for (const echo of late) echo();
    await hub.send({ type: 'employee.created', data: { employee: { id: 'ee_1' } } });
    const [, delivery] = await receiver.waitFor('/late', 2);
    expect(JSON.parse(delivery?.body.toString() ?? '')).toEqual([{ id: 'ee_1' }]);
    const { body: shown } = await hub.get(`/resthooks/subscriptions/${subscribed.id}`);
    expect(shown).toMatchObject({ status: 'active', confirmed_at: null });
  });
});
