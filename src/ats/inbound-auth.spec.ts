import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { credentialHeaders, headerOf, isConfirmingCall, verifyAuth } from './inbound-auth.js';
import { NO_SETTINGS } from './inbound-parts.js';
import type { InboundRequest, SourceAuth } from './inbound.js';

function requestWith(headers: InboundRequest['headers'], body = '{}'): InboundRequest {
  return { rawBody: Buffer.from(body, 'utf8'), headers, segment: null, receivedAt: new Date(0) };
}

function verdictOf(auth: SourceAuth | null, headers: InboundRequest['headers'], body?: string) {
  return verifyAuth(requestWith(headers, body), { ...NO_SETTINGS, secrets: ['first secret', 'second secret'], auth });
}

function basic(login: string): string {
  return `Basic ${Buffer.from(login, 'utf8').toString('base64')}`;
}

describe('verifyAuth', () => {
  it('trusts the address of a source that demands nothing', () => {
    expect(verdictOf(null, {})).toEqual({ ok: true });
  });

  it.each<[string, SourceAuth, string]>([
    ['a login', { type: 'basic', username: 'ats', password: 'pässwörd: 1' }, basic('ats:pässwörd: 1')],
    ['a login in lower case', { type: 'basic', username: 'ats', password: 'x' }, basic('ats:x').replace('B', 'b')],
    ['a bearer token', { type: 'bearer', token: 'abc.def' }, 'Bearer abc.def'],
  ])('accepts %s', (_what, auth, authorization) => {
    expect(verdictOf(auth, { authorization })).toEqual({ ok: true });
  });

  it.each<[string, SourceAuth, string | undefined, string]>([
    ['no login', { type: 'basic', username: 'a', password: 'b' }, undefined, 'authorization is missing'],
    ['another password', { type: 'basic', username: 'a', password: 'b' }, basic('a:c'), 'does not hold what'],
    ['a longer password', { type: 'basic', username: 'a', password: 'b' }, basic('a:bb'), 'does not hold what'],
    ['a login that is no base64', { type: 'basic', username: 'a', password: 'b' }, 'Basic ???', 'no HTTP Basic login'],
    ['a token for a login', { type: 'basic', username: 'a', password: 'b' }, 'Bearer a:b', 'no HTTP Basic login'],
    ['another token', { type: 'bearer', token: 'abc' }, 'Bearer abd', 'does not hold what'],
    ['no token', { type: 'bearer', token: 'abc' }, 'Bearer ', 'no bearer token'],
  ])('refuses %s', (_what, auth, authorization, reason) => {
    expect(verdictOf(auth, { authorization })).toEqual({ ok: false, reason: expect.stringContaining(reason) });
  });

  it('compares a named header, whatever the case of its name', () => {
    const auth: SourceAuth = { type: 'header', name: 'X-Token', value: 'abc' };
    expect(verdictOf(auth, { 'x-token': 'abc' })).toEqual({ ok: true });
    expect(verdictOf(auth, { 'x-token': 'abcd' })).toEqual({ ok: false, reason: expect.stringContaining('x-token') });
    expect(verdictOf(auth, { 'x-token': ['abc', 'abc'] })).toEqual({
      ok: false,
      reason: 'The header x-token is missing.',
    });
    expect(verdictOf(auth, {})).toEqual({ ok: false, reason: 'The header x-token is missing.' });
    expect(verdictOf({ ...auth, value: '' }, { 'x-token': ' ' }).ok).toBe(false);
  });

  it('verifies a named HMAC header over the raw body, by any secret', () => {
    const auth: SourceAuth = { type: 'hmac', header: 'X-Hmac', encoding: 'base64', prefix: 'v1 ' };
    const body = '{ "a": 1.0 }';
    const signature = `v1 ${createHmac('sha256', 'second secret').update(body).digest('base64')}`;
    expect(verdictOf(auth, { 'x-hmac': signature }, body)).toEqual({ ok: true });
    expect(verdictOf(auth, { 'x-hmac': signature }, '{"a":1}').ok).toBe(false);
    expect(verdictOf(auth, {}, body).ok).toBe(false);
  });

  it('demands the secret of the confirming call once there was one', () => {
    const settings = { ...NO_SETTINGS, auth: { type: 'hook_secret' } as const };
    const confirmed = { ...settings, confirmedSecret: 'abc' };
    const item = '[{"id": "1"}]';
    const withSecret = { 'x-hook-secret': 'abc' };
    expect(verifyAuth(requestWith(withSecret, '[]'), settings)).toEqual({ ok: true });
    expect(verifyAuth(requestWith(withSecret, item), settings)).toMatchObject({ ok: false });
    expect(verifyAuth(requestWith({}, '[]'), settings)).toMatchObject({ ok: false });
    expect(verifyAuth(requestWith(withSecret, item), confirmed)).toEqual({ ok: true });
    expect(verifyAuth(requestWith({}, item), confirmed)).toMatchObject({ ok: false });
    expect(verifyAuth(requestWith({ 'x-hook-secret': 'abd' }, '[]'), confirmed)).toMatchObject({ ok: false });
  });
});

describe('the headers of a call', () => {
  it('are read once and trimmed; the empty ones are missing', () => {
    const request = requestWith({ a: ' x ', b: '', c: ['x'], d: undefined });
    expect(['A', 'b', 'c', 'd', '__proto__', 'toString'].map((name) => headerOf(request, name))).toEqual([
      'x',
      null,
      null,
      null,
      null,
      null,
    ]);
  });

  it('that hold credentials are known', () => {
    expect(credentialHeaders({ type: 'header', name: 'X-Token', value: 'abc' })).toEqual(['x-hook-secret', 'x-token']);
    expect(credentialHeaders({ type: 'hmac', header: 'X-Hmac', encoding: 'hex' })).toEqual(['x-hook-secret', 'x-hmac']);
    expect(credentialHeaders(null)).toEqual(['x-hook-secret']);
  });

  it.each(['', ' [] ', '[ ]', '{}', '\n'])('with a secret make a confirming call of the body %j', (body) => {
    expect(isConfirmingCall(requestWith({ 'x-hook-secret': 'abc' }, body))).toBe(true);
    expect(isConfirmingCall(requestWith({}, body))).toBe(false);
  });

  it.each(['[{}]', 'null', '[', `[${' '.repeat(50)}]`])('make none of the body %j', (body) => {
    expect(isConfirmingCall(requestWith({ 'x-hook-secret': 'abc' }, body))).toBe(false);
  });
});
