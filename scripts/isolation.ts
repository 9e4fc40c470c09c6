import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { ApiClient } from '../test/support/api-client.js';
import { HubProcesses, type QueueName } from './isolation/hub-processes.js';
import { flood, type Latency, latencyOf, sendPaced } from './isolation/load.js';
import { TimingReceiver } from './isolation/receiver.js';

/**
 * Measures how far one subscription, or one account, can hold others up: the others' time from accepted to received without and
 * with the disturbance, in turns, on either queue; and how well a rate limit is kept by several processes. `npm run isolation -- --help`.
 */

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '10' },
    rate: { type: 'string', default: '50' },
    flood: { type: 'string', default: '20000' },
    queues: { type: 'string', default: 'in-process,bull' },
    workers: { type: 'string', default: '2' },
    help: { type: 'boolean', default: false },
  },
});
const ROUNDS = Number(options.rounds);
const PACE = { perSecond: Number(options.rate), seconds: Number(options.seconds) };
const OTHERS = 4;
const FLOODED_SUBSCRIPTIONS = 8;
/** As slow as a receiver over the network may be: a flood then lasts for a while. */
const FLOODED_ANSWER_MS = 50;
const RATE_LIMIT = 50;
const RATE_LIMITED_EVENTS = 1_000;

interface Round {
  readonly without: Latency;
  readonly with: Latency;
}

if (options.help) {
  console.log(
    'npm run isolation -- [--rounds 3] [--seconds 10] [--rate 50] [--flood 20000] [--queues in-process,bull] [--workers 2]',
  );
} else {
  for (const queue of options.queues.split(',')) await measure(queue as QueueName);
}

async function measure(queue: QueueName): Promise<void> {
  const receiver = await TimingReceiver.start();
  const hub = await HubProcesses.start(queue, Number(options.workers));
  try {
    await sendPaced(hub.client, { type: 'custom.warm_up', perSecond: 200, seconds: 3 });
    const stuck: Round[] = [];
    const flooded: Round[] = [];
    for (let round = 0; round < ROUNDS; round++) stuck.push(await besideStuck(hub.client, receiver, round));
    for (let round = 0; round < ROUNDS; round++) flooded.push(await besideFlood(hub.client, receiver, round));
    print(queue, 'one subscription never answers and takes half of the traffic', stuck);
    print(queue, `another account floods ${options.flood} deliveries`, flooded);
    await rateLimit(hub.client, receiver, queue);
  } finally {
    await hub.stop();
    await receiver.stop();
  }
}

/** Each of the others gets its share of one half of the traffic, the stuck one gets the other half. */
async function besideStuck(client: ApiClient, receiver: TimingReceiver, round: number): Promise<Round> {
  const others = Array.from({ length: OTHERS }, (_, index) => `custom.other_${round}_${index}`);
  for (const type of others) await client.subscribe({ url: `${receiver.url}/${type}`, events: [type] });
  const stuck = `custom.stuck_${round}`;
  receiver.answerAfter(`/${stuck}`, Infinity);
  const { id } = await client.subscribe({ url: `${receiver.url}/${stuck}`, events: [stuck] });
  const run = async () => {
    const pace = { ...PACE, perSecond: PACE.perSecond / OTHERS };
    const accepted = await Promise.all(others.map((type) => sendPaced(client, { ...pace, type })));
    return latencyOf(new Map(accepted.flatMap((map) => [...map])), receiver);
  };
  await sendPaced(client, { type: others[0] ?? '', perSecond: 50, seconds: 1 });
  const without = await run();
  const disturbance = sendPaced(client, { ...PACE, type: stuck });
  const beside = await run();
  await disturbance;
  await client.delete(`/v1/subscriptions/${id}`);
  return { without, with: beside };
}

async function besideFlood(client: ApiClient, receiver: TimingReceiver, round: number): Promise<Round> {
  const [noisy, quiet] = [await openAccount(client), await openAccount(client)];
  const type = `custom.flood_${round}`;
  for (let index = 0; index < FLOODED_SUBSCRIPTIONS; index++) {
    const path = `/flood_${round}_${index}`;
    receiver.answerAfter(path, FLOODED_ANSWER_MS);
    await client.subscribe({ url: receiver.url + path, events: [type] }, { key: noisy });
  }
  const quietType = `custom.quiet_${round}`;
  await client.subscribe({ url: `${receiver.url}/${quietType}`, events: [quietType] }, { key: quiet });
  const run = async () => latencyOf(await sendPaced(client, { ...PACE, type: quietType, key: quiet }), receiver);
  const without = await run();
  const flooding = flood(client, type, Math.ceil(Number(options.flood) / FLOODED_SUBSCRIPTIONS), noisy);
  const beside = await run();
  await flooding;
  const total = () =>
    Array.from(
      { length: FLOODED_SUBSCRIPTIONS },
      (_, index) => receiver.calls.get(`/flood_${round}_${index}`)?.length ?? 0,
    );
  console.log(
    `  flood: ${total().reduce((sum, count) => sum + count, 0)} of ${options.flood} received at the end of the round`,
  );
  while (total().reduce((sum, count) => sum + count, 0) < Number(options.flood)) await delay(100);
  return { without, with: beside };
}

async function openAccount(client: ApiClient): Promise<string> {
  const answer = await client.post('/v1/accounts', { name: 'Isolation' });
  if (answer.status !== 201) throw new Error(`The account was refused: ${answer.text}`);
  return (answer.body as { api_key: { key: string } }).api_key.key;
}

/** Calls a second between the first call and the last, over all processes. */
async function rateLimit(client: ApiClient, receiver: TimingReceiver, queue: QueueName): Promise<void> {
  const type = 'custom.limited';
  await client.subscribe({ url: `${receiver.url}/limited`, events: [type], rate_limit: RATE_LIMIT });
  await flood(client, type, RATE_LIMITED_EVENTS, client.adminKey);
  const calls = () => receiver.calls.get('/limited') ?? [];
  while (calls().length < RATE_LIMITED_EVENTS) await delay(100);
  const times = calls();
  const seconds = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1_000;
  const perSecond = (times.length - 1) / seconds;
  const deviation = ((perSecond / RATE_LIMIT - 1) * 100).toFixed(2);
  console.log(
    `${queue}: rate limit ${RATE_LIMIT}/s, ${times.length} calls in ${seconds.toFixed(1)} s: ${perSecond.toFixed(2)}/s (${deviation} %)`,
  );
}

function print(queue: QueueName, what: string, rounds: readonly Round[]): void {
  console.log(`${queue}: ${what}`);
  for (const { without, with: beside } of rounds) {
    console.log(
      `  p50 ${without.p50} -> ${beside.p50} ms, p99 ${without.p99} -> ${beside.p99} ms  (${without.events} and ${beside.events} events)`,
    );
  }
  const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
  const [without, beside] = [median(rounds.map((r) => r.without.p99)), median(rounds.map((r) => r.with.p99))];
  console.log(`  median p99 ${without} -> ${beside} ms: ${(beside / Math.max(without, 1)).toFixed(2)} times`);
}
