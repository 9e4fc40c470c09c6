import { afterEach, describe, expect, it } from '@jest/globals';
import { QUEUES, TestHub } from '../support/hub.js';
import { Receiver } from '../support/receiver.js';

const EVENTS = 60;
const STOP_LIMIT_MS = 10_000;

describe.each(QUEUES)('a hub that stops, with the %s queue', (queue) => {
  let receiver: Receiver;

  afterEach(() => receiver.close());

  it('does not wait for jobs that wait for room in the worker', async () => {
    receiver = await Receiver.start();
    receiver.answer('/hang', 'hang');
    const hub = await TestHub.start({ queue, environment: { WORKER_CONCURRENCY: '1' } });
    await hub.subscribe({ url: `${receiver.url}/hang`, events: ['custom.n'], timeout_ms: 1_000 });
    for (let n = 0; n < EVENTS; n++) await hub.send({ type: 'custom.n', data: { n } });
    await receiver.waitFor('/hang', 1);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => (timer = setTimeout(() => resolve('late'), STOP_LIMIT_MS)));
    expect(await Promise.race([hub.stop(), late])).toBeUndefined();
    clearTimeout(timer);
  });
});
