import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { Dialect } from '../../src/ats/dialect.js';
import { NO_SETTINGS } from '../../src/ats/inbound-parts.js';
import type { InboundRequest, SourceAuth, SourceSettings } from '../../src/ats/inbound.js';
import type { Verdict } from '../../src/signing/signature-verification.js';
import { ALL_DIALECTS } from '../../src/dialects/all-dialects.js';
import { type Headers, SENDERS } from '../support/vendors/senders.js';
import { RECEIVED_AT } from './inbound-calls.js';

/** Calls as each vendor proves them, made by other people's code: published libraries, and what vendors' samples compute. */

const OLD_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const NEW_SECRET = 'a plain secret of thirty-two chars';
/** Written as no serialiser writes: blanks, escapes, a `1.0`, a key that comes out first. */
const BODY = '{ "b": 1.0, "10": "Zo\\u00eb 名前 🎉", "a": [ ] }\n';

/** Those that sign what they send. */
const VENDORS = SENDERS.filter(({ proves }) => proves !== 'the sender').map((sender) => ({
  dialect: sender.dialect,
  auth: sender.auth ?? null,
  hasTimestamp: sender.proves === 'the body and its time',
  /** Headers that prove a call. */
  prove: (body: string, secret: string, secondsAgo: number): Headers => {
    const at = new Date(RECEIVED_AT.getTime() - secondsAgo * 1_000);
    return sender.prove({ body: Buffer.from(body), secret, at, callId: 'msg_1' });
  },
}));

function dialectNamed(name: string): Dialect {
  const dialect = ALL_DIALECTS.find((candidate) => candidate.name === name);
  if (!dialect) throw new Error(`No dialect ${name}.`);
  return dialect;
}

function verify(
  name: string,
  headers: Headers,
  settings: Partial<SourceSettings>,
  body: Buffer | string = BODY,
): Verdict {
  const request: InboundRequest = { rawBody: Buffer.from(body), headers, segment: null, receivedAt: RECEIVED_AT };
  return dialectNamed(name).inbound.verify(request, { ...NO_SETTINGS, ...settings });
}

describe.each(VENDORS)('a call of $dialect', ({ dialect, auth, prove, hasTimestamp }) => {
  const settings = (...secrets: string[]): Partial<SourceSettings> => ({ secrets, auth });

  it.each([OLD_SECRET, NEW_SECRET])('is accepted when it is signed with %s', (secret) => {
    expect(verify(dialect, prove(BODY, secret, 0), settings(secret))).toEqual({ ok: true });
  });

  it('is accepted by either secret while a rotation lasts, and by the new one alone afterwards', () => {
    for (const secrets of [
      [OLD_SECRET, NEW_SECRET],
      [NEW_SECRET, OLD_SECRET],
    ]) {
      for (const signer of secrets) {
        expect(verify(dialect, prove(BODY, signer, 0), settings(...secrets))).toEqual({ ok: true });
      }
    }
    expect(verify(dialect, prove(BODY, OLD_SECRET, 0), settings(NEW_SECRET)).ok).toBe(false);
  });

  it('is refused when any one byte of its body is another', () => {
    const headers = prove(BODY, OLD_SECRET, 0);
    const bytes = Buffer.from(BODY);
    for (let index = 0; index < bytes.length; index++) {
      const tampered = Buffer.from(bytes);
      tampered.writeUInt8(tampered.readUInt8(index) ^ 1, index);
      expect(verify(dialect, headers, settings(OLD_SECRET), tampered).ok).toBe(false);
    }
    for (const other of [bytes.subarray(0, -1), `${BODY} `, '', BODY.repeat(2)]) {
      expect(verify(dialect, headers, settings(OLD_SECRET), other).ok).toBe(false);
    }
  });

  it('is refused without its headers, with odd ones, or with the signature of another body', () => {
    const headers = prove(BODY, OLD_SECRET, 0);
    const ofAnother = prove('{}', OLD_SECRET, 0);
    for (const name of Object.keys(headers)) {
      const { [name]: value = '', ...others } = headers;
      const odd = [
        '',
        ' ',
        '=',
        ',',
        'v1,',
        't=,v1=',
        '\u00e9',
        value.slice(1),
        value.slice(0, -1),
        `${value}, ${value}x`,
        'x'.repeat(10_000),
      ];
      for (const text of odd) expect(verify(dialect, { ...others, [name]: text }, settings(OLD_SECRET)).ok).toBe(false);
      expect(verify(dialect, others, settings(OLD_SECRET))).toEqual({
        ok: false,
        reason: `The header ${nameIn(auth, name)} is missing.`,
      });
    }
    expect(verify(dialect, ofAnother, settings(OLD_SECRET)).ok).toBe(false);
    expect(verify(dialect, {}, settings(OLD_SECRET)).ok).toBe(false);
  });

  it('is refused by a source without a secret, even when it is signed with an empty one', () => {
    const emptyKeyed = createHmac('sha256', '').update(BODY).digest('hex');
    const proofs = Object.entries(prove(BODY, OLD_SECRET, 0));
    const forged = Object.fromEntries(
      proofs.map(([name, value]) => [name, value.replace(/[0-9a-f]{64}$/, emptyKeyed)]),
    );
    for (const secrets of [[], [''], ['whsec_']]) {
      const verdict = verify(dialect, forged, settings(...secrets));
      expect(verdict.ok).toBe(false);
    }
  });

  it('is refused when it is too old or too far ahead, where it says when it was signed', () => {
    for (const secondsAgo of [300, -300]) {
      expect(verify(dialect, prove(BODY, OLD_SECRET, secondsAgo), settings(OLD_SECRET))).toEqual({ ok: true });
    }
    for (const secondsAgo of [301, -301]) {
      expect(verify(dialect, prove(BODY, OLD_SECRET, secondsAgo), settings(OLD_SECRET)).ok).toBe(!hasTimestamp);
    }
  });

  it('is refused for a reason that tells no secret and no signature', () => {
    const headers = prove(BODY, NEW_SECRET, 0);
    const verdict = verify(dialect, headers, settings(OLD_SECRET));
    const reason = verdict.ok ? '' : verdict.reason;
    expect(reason).toMatch(/^[A-Z].+\.$/);
    for (const told of [OLD_SECRET, NEW_SECRET, ...Object.values(headers)]) expect(reason).not.toContain(told);
  });
});

describe('a call of hatchbeacon', () => {
  const signatureOver = (text: string) => ({
    'x-webhook-signature': createHmac('sha256', OLD_SECRET).update(text).digest('hex'),
  });

  it('is accepted when the vendor signed the body parsed and serialised again', () => {
    const serialisedAgain = JSON.stringify(JSON.parse(BODY));
    expect(serialisedAgain).not.toBe(BODY);
    expect(verify('hatchbeacon', signatureOver(serialisedAgain), { secrets: [NEW_SECRET, OLD_SECRET] })).toEqual({
      ok: true,
    });
    expect(verify('hatchbeacon', signatureOver(serialisedAgain), { secrets: [NEW_SECRET] }).ok).toBe(false);
  });

  it.each(['no JSON', '[1,', '['.repeat(100_000) + ']'.repeat(100_000), '\ufeff{}'])(
    'that is %.20j is not parsed in vain',
    (body) => {
      expect(verify('hatchbeacon', signatureOver('{}x'), { secrets: [OLD_SECRET] }, body).ok).toBe(false);
      expect(verify('hatchbeacon', signatureOver(body), { secrets: [OLD_SECRET] }, body)).toEqual({ ok: true });
    },
  );
});

describe('sources without a signature', () => {
  it('trust their address, and a header where they have one', () => {
    const auth: SourceAuth = { type: 'header', name: 'X-Token', value: 'abc' };
    for (const name of ['occupop', 'resthooks']) expect(verify(name, {}, {})).toEqual({ ok: true });
    expect(verify('occupop', { 'x-token': 'abc' }, { auth })).toEqual({ ok: true });
    expect(verify('occupop', { 'x-token': 'abd' }, { auth }).ok).toBe(false);
    expect(verify('occupop', {}, { auth }).ok).toBe(false);
  });

  it('do not exist for jobaffinity', () => {
    expect(verify('jobaffinity', {}, {})).toEqual({ ok: false, reason: expect.stringContaining('no auth') });
    const auth: SourceAuth = { type: 'basic', username: 'ats', password: 'secret' };
    const authorization = `Basic ${Buffer.from('ats:secret').toString('base64')}`;
    expect(verify('jobaffinity', { authorization }, { auth })).toEqual({ ok: true });
    expect(verify('jobaffinity', {}, { auth }).ok).toBe(false);
  });
});

/** A header that the source names is called as the source names it. */
function nameIn(auth: SourceAuth | null, name: string): string {
  return auth?.type === 'hmac' ? auth.header : name;
}
