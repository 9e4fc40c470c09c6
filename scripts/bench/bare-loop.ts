import { createHmac } from 'node:crypto';
import { Pool } from 'undici';

/** The limit of this machine: signed POSTs of the same body to the same receiver, and nothing else around them. */
const [url = '', count = '20000', concurrency = '64', bodyBytes = '1024'] = process.argv.slice(2);
const pool = new Pool(new URL(url).origin, { connections: Number(concurrency), pipelining: 1 });
const body = JSON.stringify({ type: 'application.submitted', data: 'x'.repeat(Number(bodyBytes)) });
const key = Buffer.alloc(24, 7);
let left = Number(count);

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

const startedAt = performance.now();
await Promise.all(Array.from({ length: Number(concurrency) }, loop));
const seconds = (performance.now() - startedAt) / 1_000;
process.send?.({ perSecond: Number(count) / seconds });
await pool.close();
