import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, jest } from '@jest/globals';
import LogLeaksReporter from './support/log-leaks-reporter.mjs';
import { findLeaks, markersIn } from './support/log-leaks.js';

/** The search of the logs of a whole run, which the reporter of leaks makes, finds what is planted. */

const KEY = `hub_${randomBytes(32).toString('base64url')}`;
const SECRET = `whsec_${randomBytes(24).toString('base64')}`;
const lineOf = (fields: object) => JSON.stringify({ level: 50, event: 'request.failed', ...fields });

describe('a log line', () => {
  it.each([
    ['an API key', { error: `Refused ${KEY}` }],
    ['a signing secret', { error: `Error: ${SECRET} is too short` }],
    ['credentials', { error: 'sent Bearer abcdefgh12345678' }],
    ['credentials', { error: `sent Basic ${Buffer.from('hub:password').toString('base64')}` }],
    ['an Authorization header', { headers: { authorization: '***' } }],
    ['an Authorization header', { body: JSON.stringify({ Authorization: 'x' }) }],
    ['a signature', { error: `t=1,v1=${randomBytes(32).toString('hex')}` }],
    ['a password in a URL', { error: 'connect postgres://hub:topsecret@db/hub' }],
    ['a password in a URL', { error: 'connect redis://:topsecret@cache:6379' }],
    ['a token of an address', { url: `http://hub.example/in/${randomBytes(24).toString('base64url')}` }],
    ['an e-mail address', { error: 'Key (email)=(zoe@example.org) already exists.' }],
    ['a payload', { body: { candidate: { id: 1 } } }],
    ['a payload', { body: JSON.stringify({ data: { application: {} } }) }],
    ['a payload', { body: JSON.stringify(JSON.stringify({ first_name: 'Zoë' })) }],
  ])('with %s is found: %j', (what, fields) => {
    expect(findLeaks([lineOf(fields)]).map((leak) => leak.what)).toContain(what);
  });

  it('with what a test has used is found, also where its quotes are escaped', () => {
    const line = lineOf({ error: 'No such person: Zoë "Jay" Stone' });
    expect(findLeaks([lineOf({}), line], ['Zoë "Jay" Stone'])).toEqual([
      { what: '"Zoë \\"Jay\\" Stone"', line: expect.stringContaining('No such person') },
    ]);
  });

  it.each([
    lineOf({ error: 'QueryFailedError: duplicate key value violates unique constraint "sources_token_idx"' }),
    lineOf({ error: 'Error: connect ECONNREFUSED 127.0.0.1:5432', request_id: 'req_0193' }),
    lineOf({ stack: 'at run (/app/node_modules/@nestjs/core/router.js:12:3)' }),
    lineOf({ context: 'RouterExplorer', msg: 'Mapped {/in/:token/:segment, POST} route' }),
    `Admin API key, shown this once:  ${KEY}`,
  ])('that a hub may write is not: %s', (line) => {
    expect(findLeaks([line], ['Zoë Stone'])).toEqual([]);
  });
});

describe('what a body says that no log may repeat', () => {
  it('is its secrets, and who and what it is about', () => {
    const body = {
      type: 'application.submitted',
      secret: SECRET,
      headers: { 'x-api-key': 'for-the-receiver' },
      data: {
        application: { job: { title: 'Baker at night' }, candidate: { name: 'Zoë Stone', phone: '+353 1 555' } },
      },
    };
    expect([...markersIn([body])].sort()).toEqual(
      [SECRET, 'for-the-receiver', 'Baker at night', 'Zoë Stone', '+353 1 555'].sort(),
    );
  });

  it('is not a word that logs have other uses for', () => {
    expect([...markersIn({ name: 'string', title: 'Partner', token: 'password', first_name: 'Jo' })]).toEqual([]);
  });
});

describe('the reporter of leaks', () => {
  /** What becomes of a run whose hubs logged this, while a test had used that name. */
  async function runWith(line: string, name: string): Promise<{ failed: number; said: string }> {
    const directory = await mkdtemp(join(tmpdir(), 'hub-test-leaks-'));
    const before = process.env.HUB_TEST_LOG_DIR;
    const said = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      await writeFile(join(directory, '1.log'), `${lineOf({})}\n${line}\n`);
      await writeFile(join(directory, '2.markers'), `${JSON.stringify(name)}\n`);
      process.env.HUB_TEST_LOG_DIR = directory;
      const results = { numFailedTests: 0, numTotalTests: 1 };
      await new LogLeaksReporter().onRunComplete(new Set(), results);
      return { failed: results.numFailedTests, said: said.mock.calls.join('') };
    } finally {
      said.mockRestore();
      process.env.HUB_TEST_LOG_DIR = before;
      await rm(directory, { recursive: true, force: true });
    }
  }

  it.each([
    ['a secret', lineOf({ error: SECRET })],
    ['a name that a test has used', lineOf({ error: 'No such person: Zoë Stone' })],
    ['a name of the examples in the documents', lineOf({ error: 'No such person: Jane Smith' })],
  ])('makes a run fail whose hubs have logged %s', async (_what, line) => {
    const { failed, said } = await runWith(line, 'Zoë Stone');
    expect(failed).toBe(1);
    expect(said).toContain(line);
  });

  it('lets a run pass whose hubs have logged nothing of the kind', async () => {
    expect(await runWith(lineOf({ error: 'Error: connect ECONNREFUSED 127.0.0.1:5432' }), 'Zoë Stone')).toEqual({
      failed: 0,
      said: '',
    });
  });
});
