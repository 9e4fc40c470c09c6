import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import {
  authHeader,
  authHeaderName,
  authProblems,
  headersProblems,
  type SubscriptionAuth,
} from './subscription-auth.js';

const RESERVED = ['x-vendor-signature'];
const LONG = 'x'.repeat(2_001);

describe('auth of a subscription', () => {
  it.each<[string, object]>([
    ['basic', { type: 'basic', username: 'hub', password: 'p:w' }],
    ['bearer', { type: 'bearer', token: 'a.b-c' }],
    ['header', { type: 'header', name: 'X-Api-Key', value: 'k' }],
    ['hmac', { type: 'hmac', header: 'X-Signature', encoding: 'hex' }],
    ['hmac with a prefix', { type: 'hmac', header: 'X-Signature', encoding: 'base64', prefix: 'sha256=' }],
    ['hmac with an empty prefix', { type: 'hmac', header: 'X-Signature', encoding: 'base64', prefix: '' }],
  ])('is right: %s', (_name, auth) => {
    expect(authProblems(auth, RESERVED)).toEqual([]);
  });

  it.each<[unknown, string]>([
    ['bearer', 'auth'],
    [[], 'auth'],
    [{}, 'auth.type'],
    [{ type: 'digest' }, 'auth.type'],
    [{ type: 'toString' }, 'auth.type'],
    [{ type: 'basic', username: 'hub' }, 'auth.password'],
    [{ type: 'basic', username: 'a:b', password: 'p' }, 'auth.username'],
    [{ type: 'basic', username: 'hub', password: 7 }, 'auth.password'],
    [{ type: 'bearer', token: '' }, 'auth.token'],
    [{ type: 'bearer', token: 'a\r\nb: c' }, 'auth.token'],
    [{ type: 'bearer', token: LONG }, 'auth.token'],
    [{ type: 'bearer', token: 't', username: 'hub' }, 'auth.username'],
    [{ type: 'header', name: 'no spaces', value: 'v' }, 'auth.name'],
    [{ type: 'header', name: 'Host', value: 'v' }, 'auth.name'],
    [{ type: 'header', name: '__proto__', value: 'v' }, 'auth.name'],
    [{ type: 'hmac', header: '__proto__', encoding: 'hex' }, 'auth.header'],
    [{ type: 'header', name: 'Content-Type', value: 'v' }, 'auth.name'],
    [{ type: 'header', name: 'Webhook-Id', value: 'v' }, 'auth.name'],
    [{ type: 'header', name: 'X-Vendor-Signature', value: 'v' }, 'auth.name'],
    [{ type: 'header', name: 'x', value: 'é' }, 'auth.value'],
    [{ type: 'hmac', header: 'x', encoding: 'base32' }, 'auth.encoding'],
    [{ type: 'hmac', encoding: 'hex' }, 'auth.header'],
    [{ type: 'hmac', header: 'x', encoding: 'hex', prefix: null }, 'auth.prefix'],
  ])('names the field that is wrong in %j', (auth, field) => {
    expect(authProblems(auth, RESERVED)).toEqual([{ field, message: expect.any(String) }]);
  });

  it('names every field that is wrong', () => {
    const problems = authProblems({ type: 'hmac', header: 'Host', encoding: 'x', prefix: 'é', token: 't' }, RESERVED);
    expect(problems.map(({ field }) => field)).toEqual(['auth.token', 'auth.header', 'auth.encoding', 'auth.prefix']);
  });

  it('becomes one header, whose name alone is known without the secret', () => {
    const body = Buffer.from('{"a":"é"}');
    const hmac = (encoding: 'hex' | 'base64') => createHmac('sha256', 'whsec_s3cret').update(body).digest(encoding);
    const rows: [SubscriptionAuth, string, string][] = [
      [{ type: 'basic', username: 'hub', password: 'p:w' }, 'authorization', 'Basic aHViOnA6dw=='],
      [{ type: 'bearer', token: 'a.b' }, 'authorization', 'Bearer a.b'],
      [{ type: 'header', name: 'X-Api-Key', value: 'k' }, 'x-api-key', 'k'],
      [{ type: 'hmac', header: 'X-Sig', encoding: 'hex', prefix: 'sha256=' }, 'x-sig', `sha256=${hmac('hex')}`],
      [{ type: 'hmac', header: 'X-Sig', encoding: 'base64' }, 'x-sig', hmac('base64')],
    ];
    for (const [auth, name, value] of rows) {
      expect(authHeader(auth, body, 'whsec_s3cret')).toEqual([name, value]);
      expect(authHeaderName(auth)).toBe(name);
    }
  });
});

describe('headers of a subscription', () => {
  it('may be anything that HTTP allows and the hub does not set', () => {
    expect(headersProblems({ 'X-Tenant': 'acme', 'x-empty': '', "!#$%&'*+.^_`|~-9": 'v' }, RESERVED)).toEqual([]);
    expect(headersProblems({}, RESERVED)).toEqual([]);
  });

  it.each<[unknown, string]>([
    ['x: y', 'headers'],
    [['x'], 'headers'],
    [Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`x-${index}`, 'v'])), 'headers'],
    [{ Host: 'elsewhere' }, 'headers.Host'],
    [{ 'content-length': '5' }, 'headers.content-length'],
    [{ 'Webhook-Test': 'true' }, 'headers.Webhook-Test'],
    [{ 'transfer-encoding': 'chunked' }, 'headers.transfer-encoding'],
    [{ 'hub-hops': '0' }, 'headers.hub-hops'],
    [{ 'x-vendor-signature': 'forged' }, 'headers.x-vendor-signature'],
    [{ 'x y': 'v' }, 'headers.x y'],
    [{ '': 'v' }, 'headers.'],
    [{ x: 5 }, 'headers.x'],
    [{ x: 'a\nb' }, 'headers.x'],
    [{ x: LONG }, 'headers.x'],
  ])('names the header that is wrong in %j', (headers, field) => {
    expect(headersProblems(headers, RESERVED)).toEqual([{ field, message: expect.any(String) }]);
  });

  it('stand once, whatever their letter case', () => {
    expect(headersProblems({ 'X-Tenant': 'a', 'x-tenant': 'b' }, RESERVED)).toEqual([
      { field: 'headers.x-tenant', message: 'stands twice, in other letter case' },
    ]);
  });
});
