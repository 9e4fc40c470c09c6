import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Dialect } from '../../src/ats/dialect.js';
import type { ReceiverLanguage } from '../../src/ats/receiver-code.js';
import { ALL_DIALECTS } from '../../src/dialects/all-dialects.js';
import { type Signable, standardWebhooksHeaders } from '../../src/signing/signature-schemes.js';
import { untilDeliveries } from '../support/deliveries.js';
import { hostileEvent } from '../support/hostile-event.js';
import { TestHub } from '../support/hub.js';
import { type ReceivedCall, Receiver } from '../support/receiver.js';
import { LANGUAGES, ReceiverProgram, type Secrets } from '../support/receiver-program.js';

/** The receivers that the hub offers, run as people run them: real processes, called by a real hub. */

const PLAIN_SECRET = 'a-plain,secret=of~thirty-two_chars';
const PADDED_SECRET = `whsec_${Buffer.alloc(25, 'k').toString('base64').replace(/=+$/, '')}`;

let hub: TestHub;
let receiver: Receiver;
const programs: ReceiverProgram[] = [];

beforeAll(async () => {
  [hub, receiver] = await Promise.all([TestHub.start(), Receiver.start()]);
});
afterEach(async () => {
  await Promise.all(programs.splice(0).map((program) => program.stop()));
});
afterAll(async () => {
  await hub.stop();
  await receiver.close();
});

const CASES = ALL_DIALECTS.flatMap((dialect) =>
  LANGUAGES.map((language): [string, ReceiverLanguage, Dialect] => [dialect.name, language, dialect]),
);

describe.each(CASES)('the receiver of %s in %s', (name, language, dialect) => {
  const eventName = dialect.events[0]?.name ?? '';
  const type = dialect.mappings.find((row) => row.name === eventName && row.direction !== 'in')?.canonical ?? '';

  async function start(secrets: Secrets): Promise<ReceiverProgram> {
    const { body } = await hub.get(`/v1/dialects/${name}/receivers`);
    const found = (body as { data: { language: string; code: string }[] }).data.find(
      (one) => one.language === language,
    );
    const program = await ReceiverProgram.start(language, found?.code ?? '', secrets);
    programs.push(program);
    return program;
  }

  /** A call as the hub makes it, signed at a time of the test's choosing. */
  function signedCall(secondsAgo: number, secrets: string[]): Omit<ReceivedCall, 'path'> {
    const event = dialect.exampleOf(eventName);
    if (!event) throw new Error('No example.');
    const { body } = dialect.encode(event, { eventName, includeFiles: false });
    const timestampSeconds = Math.floor(Date.now() / 1_000) - secondsAgo;
    const message: Signable = { messageId: 'dlv_1', timestampSeconds, body, secrets };
    const headers = { ...standardWebhooksHeaders(message), ...dialect.sign(message) };
    return { method: 'POST', headers, body: Buffer.from(body) };
  }

  async function statusOf(program: ReceiverProgram, call: Omit<ReceivedCall, 'path'>): Promise<number> {
    return (await program.answer(call)).status;
  }

  it('takes what the hub delivers, and nothing that was changed on its way', async () => {
    const path = `/${name}/${language}`;
    const { id, secret } = await hub.subscribe({ url: receiver.url + path, dialect: name, events: [eventName] });
    const program = await start({ current: secret });
    await hub.patch(`/v1/subscriptions/${id}`, { url: program.url });
    const { body: sent } = await hub.post('/v1/events', hostileEvent(type));
    const [delivery] = await untilDeliveries(
      hub,
      id,
      1,
      ({ status, attempts }) => status !== 'pending' || attempts > 0,
    );
    expect([delivery, program.said]).toMatchObject([
      { status: 'delivered', event_id: sent.id },
      expect.stringContaining(delivery?.id ?? ''),
    ]);

    await hub.patch(`/v1/subscriptions/${id}`, { url: receiver.url + path });
    await hub.post('/v1/events', hostileEvent(type));
    await receiver.waitUntil(
      () => eventCalls(path).length > 0,
      10_000,
      () => 'the second delivery',
    );
    const [call] = eventCalls(path);
    if (!call) throw new Error('No call.');
    expect(await statusOf(program, call)).toBe(204);
    const changed = Buffer.from(call.body.toString().replace(/[A-Za-z](?="[,}\]])/, '_'));
    expect(changed.equals(call.body)).toBe(false);
    expect(await statusOf(program, { ...call, body: changed })).toBe(401);
    for (const body of ['', '[]', 'no json', '\xff']) {
      expect(await statusOf(program, { ...call, body: Buffer.from(body, 'latin1') })).toBe(401);
    }
    expect(await statusOf(program, { ...call, headers: {} })).toBe(401);
    const forged = Object.fromEntries(Object.keys(call.headers).map((header) => [header, 'v1,t=,v1,é =']));
    expect(await statusOf(program, { ...call, headers: forged })).toBe(401);
    expect(await statusOf(await start({ current: PLAIN_SECRET }), call)).toBe(401);
    expect(program.said).not.toMatch(/Traceback|Error/);
    await hub.delete(`/v1/subscriptions/${id}`);
  });

  it('goes on while the secret is rotated', async () => {
    const { id, secret: old } = await hub.subscribe({ url: receiver.url, dialect: name, events: [eventName] });
    const outcome = async (program: ReceiverProgram) => {
      await hub.patch(`/v1/subscriptions/${id}`, { url: program.url });
      const { body } = await hub.post(`/v1/subscriptions/${id}/test`);
      return body.response.status as number;
    };
    const before = await start({ current: old });
    expect(await outcome(before)).toBe(204);
    const { body: rotated } = await hub.post(`/v1/subscriptions/${id}/rotate-secret`);
    const after = await start({ current: rotated.secret as string, previous: old });
    expect([await outcome(before), await outcome(after)]).toEqual([204, 204]);
    await hub.post(`/v1/subscriptions/${id}/rotate-secret/complete`);
    expect([await outcome(before), await outcome(after)]).toEqual([401, 204]);
    await hub.delete(`/v1/subscriptions/${id}`);
  });

  it('takes secrets of every form, and no call that is older or newer than five minutes where the time is signed', async () => {
    for (const secret of [PLAIN_SECRET, PADDED_SECRET]) {
      expect(await statusOf(await start({ current: secret }), signedCall(0, [secret]))).toBe(204);
    }
    const program = programs[0];
    if (!program) throw new Error('No receiver.');
    const own = [1, 2].map((timestampSeconds) => {
      return JSON.stringify(dialect.sign({ messageId: 'dlv_1', timestampSeconds, body: '', secrets: [PLAIN_SECRET] }));
    });
    // What the vendor signs without a time cannot be told from what was recorded.
    const coversTime = dialect.signature.header === null || name === 'standard' || own[0] !== own[1];
    for (const secondsAgo of [360, -360]) {
      expect(await statusOf(program, signedCall(secondsAgo, [PLAIN_SECRET]))).toBe(coversTime ? 401 : 204);
    }
    expect(await statusOf(program, signedCall(240, [PLAIN_SECRET]))).toBe(204);
  });

  if (!dialect.confirmation) return;
  it('confirms its subscription', async () => {
    const { id, secret } = await hub.subscribe({ url: receiver.url, dialect: name, events: [eventName] });
    const program = await start({ current: secret });
    await hub.patch(`/v1/subscriptions/${id}`, { url: program.url });
    await hub.until(`/v1/subscriptions/${id}`, ({ confirmed_at: at }: { confirmed_at: string | null }) => at !== null);
    await hub.delete(`/v1/subscriptions/${id}`);
  });
});

/** Those that belong to an event: not what asks for a confirmation. */
function eventCalls(path: string): ReceivedCall[] {
  return receiver.on(path).filter(({ body }) => body.length > 2);
}
