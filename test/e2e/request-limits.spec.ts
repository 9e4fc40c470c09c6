import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiAnswer } from '../support/api-client.js';
import { TestHub } from '../support/hub.js';
import { makeAccount, makeKey } from '../support/keys.js';

const PER_KEY = 10;
const PER_ACCOUNT = 15;
/** Many times what may pass, however slow the machine. */
const FLOOD = 200;

describe('the requests of a second', () => {
  let hub: TestHub;

  beforeAll(async () => {
    const environment = {
      KEY_REQUESTS_PER_SECOND: String(PER_KEY),
      ACCOUNT_REQUESTS_PER_SECOND: String(PER_ACCOUNT),
    };
    hub = await TestHub.start({ environment, dispatch: false });
  });

  afterAll(() => hub.stop());

  const flood = (key: string, count: number): Promise<ApiAnswer[]> =>
    Promise.all(Array.from({ length: count }, () => hub.get('/v1/me', { key })));
  const refused = (answers: readonly ApiAnswer[]) => answers.filter(({ status }) => status === 429);

  it('are 429 with Retry-After over the limit of a key, and the other keys are served', async () => {
    const [loud, other] = await Promise.all([makeKey(hub, 'viewer'), makeAccount(hub)]);
    const answers = await flood(loud, FLOOD);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 429]));
    const [one] = refused(answers);
    expect(one?.body).toMatchObject({ code: 'rate_limited' });
    expect(one?.headers.get('retry-after')).toBe('1');
    expect(await hub.get('/v1/me', { key: other })).toMatchObject({ status: 200 });
    await hub.until('/v1/me', ({ role }) => role === 'admin');
  });

  it('are 429 over the limit of an account, with however many keys', async () => {
    const admin = await makeAccount(hub);
    const keys = await Promise.all(Array.from({ length: PER_KEY }, () => makeKey(hub, 'viewer', admin)));
    const answers = (await Promise.all(keys.map((key) => flood(key, PER_KEY)))).flat();
    expect(refused(answers).length).toBeGreaterThan(0);
    for (const { body } of refused(answers)) expect(body).toMatchObject({ detail: expect.stringMatching(/account/) });
  });

  it('do not include health checks', async () => {
    const answers = await Promise.all(Array.from({ length: FLOOD }, () => hub.get('/health/live')));
    expect(refused(answers)).toEqual([]);
  });
});
