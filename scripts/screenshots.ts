import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { chromium, type Page } from 'playwright-core';
import { ApiClient } from '../test/support/api-client.js';
import { HubProcess } from '../test/support/hub-process.js';

/** The README's pictures: a hub with a month of history, and one delivery that got there on its second attempt. */

const OUT = join(import.meta.dirname, '../docs/images');
const ATTEMPTS = '60000';
const SIZE = { width: 1280, height: 800 };
const PATIENCE_MS = 120_000;

const dataDir = await mkdtemp(join(tmpdir(), 'hub-screenshots-'));
const adminKey = `hub_${randomBytes(32).toString('base64url')}`;
const environment = { DATA_DIR: dataDir, BOOTSTRAP_API_KEY: adminKey };
try {
  await fill();
  const receiver = await failingReceiver(1);
  const hub = await HubProcess.start(environment, PATIENCE_MS);
  try {
    const delivery = await deliverAtLast(new ApiClient(hub.url, adminKey), addressOf(receiver));
    await takePictures(hub.url, delivery);
  } finally {
    await hub.stop();
    receiver.close();
  }
} finally {
  await rm(dataDir, { recursive: true, force: true });
}

async function fill(): Promise<void> {
  const loader = join(import.meta.dirname, '../test/support/register-typescript.mjs');
  const script = join(import.meta.dirname, 'fill.ts');
  const filling = spawn(process.execPath, ['--import', loader, script, '--attempts', ATTEMPTS], {
    env: { ...process.env, ...environment },
    stdio: 'inherit',
  });
  const [code] = (await once(filling, 'exit')) as [number | null];
  if (code !== 0) throw new Error('The hub could not be filled.');
}

/** Answers 503 to its first calls. */
async function failingReceiver(times: number): Promise<Server> {
  let calls = 0;
  const server = createServer((request, response) => {
    request.resume();
    const isUp = calls++ >= times;
    response.writeHead(isUp ? 200 : 503, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isUp ? { received: true } : { error: 'We are restarting, try again soon.' }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/hatchbeacon`;
}

/** Answers the id of the delivery. */
async function deliverAtLast(api: ApiClient, url: string): Promise<string> {
  const name = 'Acme careers site';
  const subscription = await api.post('/v1/subscriptions', {
    url,
    name,
    dialect: 'hatchbeacon',
    events: ['job_application_created'],
  });
  const type = (await api.get('/v1/event-types/application.submitted')).body as { readonly example: object };
  await api.post('/v1/events', type.example);
  const { id } = subscription.body as { id: string };
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    const answer = await api.get(`/v1/deliveries?subscription_id=${id}&status=delivered`);
    const [delivery] = (answer.body as { data: { id: string }[] }).data;
    if (delivery) return delivery.id;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error('The delivery did not get there.');
}

async function takePictures(url: string, delivery: string): Promise<void> {
  await mkdir(OUT, { recursive: true });
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    chromiumSandbox: process.getuid?.() !== 0,
  });
  try {
    const context = await browser.newContext({ viewport: SIZE, reducedMotion: 'reduce', colorScheme: 'light' });
    const page = await context.newPage();
    await page.goto(`${url}/console`);
    await page.getByLabel('API key').fill(adminKey);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await take(page, `${url}/console/?range=7d`, 'overview');
    await take(page, `${url}/console/deliveries/${delivery}`, 'delivery');
  } finally {
    await browser.close();
  }
}

async function take(page: Page, address: string, name: string): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.goto(address);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForLoadState('networkidle');
  await page.screenshot({ path: join(OUT, `${name}.png`) });
}
