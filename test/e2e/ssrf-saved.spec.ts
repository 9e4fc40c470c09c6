import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { apiOperations } from '../support/api-operations.js';
import { HostileGround } from '../support/hostile-ground.js';
import { HOSTILE_TARGETS, type HostileTarget } from '../support/hostile-targets.js';
import type { ApiAnswer, TestHub } from '../support/hub.js';
import { CALLS_AS, LOGIN } from '../support/jobaffinity-source.js';

/** Targets that the hub must not call are refused wherever a target can be saved. */

const EVENT = 'Employee Created';
/** There is no such name. */
const UNKNOWN = 'http://not-yet.test/hook';

interface Place {
  readonly operation: string;
  /** The field that the refusal names. */
  readonly field: string;
  readonly save: (url: string) => Promise<ApiAnswer>;
}

let ground: HostileGround;

beforeAll(async () => {
  ground = await HostileGround.start();
});

afterAll(() => ground.close());

/** Everywhere that a target can be saved, each on something that is there. */
async function placesOf(hub: TestHub): Promise<Place[]> {
  const source = (url: string) => ({ fetch: { base_url: url, ...LOGIN } });
  const [subscription, webhook, hook, vendor] = await Promise.all([
    hub.subscribe({ url: UNKNOWN, events: ['*'] }),
    hub.subscribe({ url: UNKNOWN, events: ['*'], dialect: 'autotechjobs' }),
    hub.subscribe({ url: UNKNOWN, events: [EVENT], dialect: 'resthooks' }),
    hub.post('/v1/sources', { dialect: 'jobaffinity', name: 'ATS', auth: CALLS_AS, ...source(UNKNOWN) }),
  ]);
  const webhooks = '/autotechjobs/v1/webhooks';
  const hooks = '/resthooks/subscriptions';
  const call =
    (method: string, path: string, body: (url: string) => object): Place['save'] =>
    (url) =>
      hub.request(method, path, body(url));
  const urlAlone = (url: string) => ({ url });
  const urlAndEvents = (url: string) => ({ url, events: ['*'] });
  const targetAlone = (url: string) => ({ target_url: url });
  const targetAndEvent = (url: string) => ({ event: EVENT, target_url: url });
  const newSource = (url: string) => ({ dialect: 'jobaffinity', name: 'ATS', auth: CALLS_AS, ...source(url) });
  const rows: readonly (readonly [string, string, Place['save']])[] = [
    ['createSubscription', 'url', call('POST', '/v1/subscriptions', urlAndEvents)],
    ['updateSubscription', 'url', call('PATCH', `/v1/subscriptions/${subscription.id}`, urlAlone)],
    ['createSource', 'fetch.base_url', call('POST', '/v1/sources', newSource)],
    ['updateSource', 'fetch.base_url', call('PATCH', `/v1/sources/${vendor.body.id}`, source)],
    ['autotechjobsCreateWebhook', 'url', call('POST', webhooks, urlAndEvents)],
    ['autotechjobsReplaceWebhook', 'url', call('PUT', `${webhooks}/${webhook.id}`, urlAndEvents)],
    ['autotechjobsUpdateWebhook', 'url', call('PATCH', `${webhooks}/${webhook.id}`, urlAlone)],
    ['resthooksSubscribe', 'target_url', call('POST', hooks, targetAndEvent)],
    ['resthooksReplaceSubscription', 'target_url', call('PUT', `${hooks}/${hook.id}`, targetAndEvent)],
    ['resthooksUpdateSubscription', 'target_url', call('PATCH', `${hooks}/${hook.id}`, targetAlone)],
  ];
  return rows.map(([operation, field, save]) => ({ operation, field, save }));
}

async function expectRefusedEverywhere(hub: TestHub, targets: readonly HostileTarget[]): Promise<void> {
  const places = await placesOf(hub);
  for (const target of targets) {
    const answers = await Promise.all(places.map(({ save }) => save(ground.urlOf(target))));
    const refused = (field: string) => [422, [{ field, message: expect.stringMatching(target.refusal) }]];
    expect([target.url, ...answers.map(({ status, body }) => [status, body.errors as unknown])]).toEqual([
      target.url,
      ...places.map(({ field }) => refused(field)),
    ]);
  }
  expect(ground.takeCalls()).toEqual([]);
}

describe('a target that must not be called', () => {
  it('is refused wherever a target can be saved', async () => {
    await expectRefusedEverywhere(ground.strict, HOSTILE_TARGETS);
  });

  it('is refused where the operator opened every range, if it is one of those that stay closed', async () => {
    const targets = HOSTILE_TARGETS.filter(({ isAlwaysClosed }) => isAlwaysClosed);
    expect(targets.length).toBeGreaterThan(50);
    await expectRefusedEverywhere(ground.open, targets);
  });

  it('is refused by every operation that takes a target', async () => {
    const { body } = await ground.strict.get('/openapi.json');
    const takesTarget = /url|uri|fetch|host|target|address|endpoint/;
    const taking = apiOperations(body as OpenAPIObject).filter(({ bodyFields }) =>
      bodyFields.some((field) => takesTarget.test(field)),
    );
    const places = await placesOf(ground.strict);
    expect(places.map(({ operation }) => operation).sort()).toEqual(taking.map(({ id }) => id).sort());
  });
});

describe('a target whose name does not resolve', () => {
  it('is accepted: it may be there when it is called', async () => {
    const answers = await Promise.all((await placesOf(ground.strict)).map(({ save }) => save(UNKNOWN)));
    expect(answers.map(({ status }) => status).filter((status) => status >= 300)).toEqual([]);
  });
});
