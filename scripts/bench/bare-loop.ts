import { createHmac } from 'node:crypto';
import { Pool } from 'undici';

/** The limit of this machine: signed POSTs of the same body to the same receiver, and nothing else around them. */
const [url = '', count = '20000', concurrency = '128', bodyBytes = '1024'] = process.argv.slice(2);
const pool = new Pool(new URL(url).origin, { connections: Number(concurrency), pipelining: 1 });
const body = JSON.stringify({ type: 'application.submitted', data: 'x'.repeat(Number(bodyBytes)) });
const key = Buffer.alloc(24, 7);
const WARM_UP = 5_000;
let left = WARM_UP;

async function loop(): Promise<void> {
  while (left-- > 0) {
    const id = `dlv_${left}`;
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
    const answer = await pool.request({
      path: '/bare',
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': `v1,${signature}`,
      },
      body,
    });
    await answer.body.dump();
  }
}

async function run(): Promise<void> {
  await Promise.all(Array.from({ length: Number(concurrency) }, loop));
}

await run();
left = Number(count);
const startedAt = performance.now();
await run();
const seconds = (performance.now() - startedAt) / 1_000;
process.send?.({ perSecond: Number(count) / seconds });
await pool.close();
