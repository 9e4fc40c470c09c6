import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

/**
 * Proves the whole path on a running hub: subscribes in every dialect, sends one event, receives and verifies each
 * delivery, finds it in the task history, and cleans up. `HUB_KEY=hub_… npm run smoke`
 */
const hubUrl = process.env.HUB_URL ?? 'http://127.0.0.1:3000';
const key = process.env.HUB_KEY;
const LIMIT_MS = 10_000;

interface Received {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

if (!key) throw new Error('Set HUB_KEY to an admin key of the hub.');
const received: Received[] = [];
const server = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
  request.on('end', () => {
    received.push({ path: request.url ?? '', headers: request.headers as Record<string, string>, body });
    response.end('ok');
  });
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const receiverUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const subscriptions: { id: string; secret: string; dialect: string }[] = [];
try {
  await main();
} finally {
  for (const { id } of subscriptions) await call('DELETE', `/v1/subscriptions/${id}`);
  server.close();
}

async function main(): Promise<void> {
  const { data: dialects } = await call<{ data: { name: string }[] }>('GET', '/v1/dialects');
  for (const { name: dialect } of dialects) {
    const events = dialect === 'resthooks' ? ['Employee Created'] : ['*'];
    const made = await call<{ id: string; secret: string }>('POST', '/v1/subscriptions', {
      url: `${receiverUrl}/${dialect}`,
      events,
      dialect,
    });
    subscriptions.push({ ...made, dialect });
  }
  for (const type of ['application.stage_changed', 'employee.created']) {
    const { example } = await call<{ example: object }>('GET', `/v1/event-types/${type}`);
    await call('POST', '/v1/events', example);
  }
  for (const { id, secret, dialect } of subscriptions) {
    const delivery = await waitFor(
      async () => received.find(({ path, body }) => path === `/${dialect}` && body !== '[]'),
      dialect,
    );
    new Webhook(secret).verify(delivery.body, delivery.headers);
    await waitFor(async () => {
      const history = await call<{ data: { outcome: string }[] }>(
        'GET',
        `/v1/attempts?subscription_id=${id}&outcome=delivered`,
      );
      return history.data[0];
    }, `the history of ${dialect}`);
    console.log(`ok  ${dialect.padEnd(14)} delivered, signature valid, in the task history`);
  }
}

async function call<T>(method: string, path: string, body?: object): Promise<T> {
  const answer = await fetch(hubUrl + path, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

async function waitFor<T>(look: () => Promise<T | undefined>, what: string): Promise<T> {
  const deadline = Date.now() + LIMIT_MS;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline)
      throw new Error(
        `Nothing came for ${what} within ${LIMIT_MS} ms. Was a person of the examples erased on this hub?`,
      );
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
