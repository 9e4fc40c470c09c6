import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { standardWebhooksHeaders, timestampedSignature } from './signature-schemes.js';
import {
  verifyBodySignature,
  verifyStandardWebhooks,
  verifyTimestampedSignature,
  type SignedCall,
  type Verdict,
} from './signature-verification.js';

const NOW_SECONDS = 1_744_317_133;
const BODY = Buffer.from('{"name": "Zoë 名前 🎉"}', 'utf8');
const OLD_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const NEW_SECRET = 'ein geheimes Wort: Zoë';

function callWith(secrets: readonly string[], changes: Partial<SignedCall> = {}): SignedCall {
  return { body: BODY, secrets, receivedAt: new Date(NOW_SECONDS * 1000 + 999), ...changes };
}

function reasonOf(verdict: Verdict): string {
  if (verdict.ok) throw new Error('Not refused.');
  return verdict.reason;
}

describe('verifyTimestampedSignature', () => {
  const header = 'x-signature';

  function signed(timestampSeconds = NOW_SECONDS, secrets: readonly string[] = [OLD_SECRET], body = BODY): string {
    return timestampedSignature({ messageId: '', timestampSeconds, body, secrets });
  }

  function verify(value: string | null, call = callWith([OLD_SECRET])): Verdict {
    return verifyTimestampedSignature(call, header, value);
  }

  it('accepts any of several signatures by any of several secrets, whatever their order', () => {
    expect(verify(signed())).toEqual({ ok: true });
    for (const secrets of [
      [OLD_SECRET, NEW_SECRET],
      [NEW_SECRET, OLD_SECRET],
    ]) {
      for (const signer of secrets)
        expect(verify(signed(NOW_SECONDS, [signer]), callWith(secrets))).toEqual({ ok: true });
      expect(verify(signed(NOW_SECONDS, secrets), callWith([NEW_SECRET]))).toEqual({ ok: true });
    }
  });

  it('passes over schemes that it does not know', () => {
    const [time, signature] = signed().split(',');
    expect(verify(`v0=abc, ${signature ?? ''} ,${time ?? ''},v2=`)).toEqual({ ok: true });
  });

  it.each([-300, 0, 300])('accepts a clock that is off by %s seconds', (offset) => {
    expect(verify(signed(NOW_SECONDS + offset))).toEqual({ ok: true });
  });

  it('refuses a signature that is older or farther ahead than 300 seconds, and says how far', () => {
    expect(reasonOf(verify(signed(NOW_SECONDS - 301)))).toContain('301 s old');
    expect(reasonOf(verify(signed(NOW_SECONDS + 301)))).toContain('301 s ahead');
  });

  it('refuses another secret, a tampered byte and a moved timestamp', () => {
    const other = verify(signed(), callWith([NEW_SECRET]));
    const tampered = Buffer.from(BODY);
    tampered.writeUInt8(tampered.readUInt8(4) ^ 1, 4);
    const moved = signed().replace(`t=${NOW_SECONDS}`, `t=${NOW_SECONDS - 1}`);
    for (const verdict of [other, verify(signed(), callWith([OLD_SECRET], { body: tampered })), verify(moved)]) {
      expect(reasonOf(verdict)).toBe(
        `The signature in ${header} does not fit: it was made with another secret or over another body.`,
      );
    }
  });

  it.each([
    ['nothing', ''],
    ['a word', 'garbage'],
    ['no timestamp', `v1=${'0'.repeat(64)}`],
    ['no signature', `t=${NOW_SECONDS}`],
    ['two timestamps', `t=${NOW_SECONDS},t=${NOW_SECONDS},v1=00`],
    ['a timestamp with a sign', `t=+${NOW_SECONDS},v1=00`],
    ['a timestamp with a leading zero', `t=0${NOW_SECONDS},v1=00`],
    ['a timestamp in words', 't=now,v1=00'],
    ['an endless timestamp', `t=${'9'.repeat(400)},v1=00`],
    ['commas alone', ',,,,'],
    ['another alphabet', 't=１７４４,v1=ａ'],
  ])('refuses a header that holds %s', (_what, value) => {
    expect(verify(value).ok).toBe(false);
  });

  it('refuses a missing header and a source without a secret, an empty one included', () => {
    expect(reasonOf(verify(null))).toBe('The header x-signature is missing.');
    const anybodys = signed(NOW_SECONDS, ['']);
    expect(reasonOf(verify(anybodys, callWith([])))).toContain('no secret');
    expect(reasonOf(verify(anybodys, callWith([''])))).toContain('no secret');
  });
});

describe('verifyStandardWebhooks', () => {
  function signed(timestampSeconds = NOW_SECONDS, secrets: readonly string[] = [OLD_SECRET]) {
    const headers = standardWebhooksHeaders({ messageId: 'msg_1', timestampSeconds, body: BODY, secrets });
    return {
      id: headers['webhook-id'] ?? null,
      timestamp: headers['webhook-timestamp'] ?? null,
      signature: headers['webhook-signature'] ?? null,
    };
  }

  it('accepts a list of signatures, by decoded and by raw secrets', () => {
    expect(verifyStandardWebhooks(callWith([OLD_SECRET]), signed())).toEqual({ ok: true });
    expect(verifyStandardWebhooks(callWith([NEW_SECRET]), signed(NOW_SECONDS, [OLD_SECRET, NEW_SECRET]))).toEqual({
      ok: true,
    });
    const { signature, ...others } = signed();
    expect(verifyStandardWebhooks(callWith([OLD_SECRET]), { ...others, signature: `v1a,x  ${signature} v1,` })).toEqual(
      {
        ok: true,
      },
    );
  });

  it('covers the id and the timestamp', () => {
    const call = callWith([OLD_SECRET]);
    expect(verifyStandardWebhooks(call, { ...signed(), id: 'msg_2' }).ok).toBe(false);
    expect(verifyStandardWebhooks(call, { ...signed(), timestamp: String(NOW_SECONDS + 1) }).ok).toBe(false);
    expect(verifyStandardWebhooks(call, { ...signed(), timestamp: `0${NOW_SECONDS}` }).ok).toBe(false);
    expect(reasonOf(verifyStandardWebhooks(call, signed(NOW_SECONDS - 301)))).toContain('301 s old');
    expect(reasonOf(verifyStandardWebhooks(call, signed(NOW_SECONDS + 301)))).toContain('301 s ahead');
  });

  it.each(['id', 'timestamp', 'signature'] as const)('refuses a call without its %s', (name) => {
    const verdict = verifyStandardWebhooks(callWith([OLD_SECRET]), { ...signed(), [name]: null });
    expect(reasonOf(verdict)).toBe(`The header webhook-${name} is missing.`);
  });

  it('takes no key that is empty', () => {
    const emptyKey = createHmac('sha256', '').update(`msg_1.${NOW_SECONDS}.`).update(BODY).digest('base64');
    const forged = { ...signed(), signature: `v1,${emptyKey}` };
    for (const secrets of [[], [''], ['whsec_'], ['whsec_!']]) {
      expect(reasonOf(verifyStandardWebhooks(callWith(secrets), forged))).toContain('no secret');
    }
  });
});

describe('verifyBodySignature', () => {
  const scheme = { header: 'x-hmac', encoding: 'hex', prefix: 'sha256=' } as const;
  const hex = createHmac('sha256', OLD_SECRET).update(BODY).digest('hex');

  it('accepts the signature of any body by any secret, with its prefix', () => {
    expect(verifyBodySignature(scheme, `sha256=${hex}`, ['other', BODY], [NEW_SECRET, OLD_SECRET])).toEqual({
      ok: true,
    });
    const base64 = Buffer.from(hex, 'hex').toString('base64');
    expect(verifyBodySignature({ header: 'x', encoding: 'base64' }, base64, [BODY], [OLD_SECRET])).toEqual({
      ok: true,
    });
  });

  it.each([
    ['no prefix', hex],
    ['upper case', `sha256=${hex.toUpperCase()}`],
    ['a second value', `sha256=${hex}, sha256=${hex}`],
    ['a shorter one', `sha256=${hex.slice(0, -1)}`],
    ['another alphabet', `sha256=${'é'.repeat(32)}`],
  ])('refuses %s', (_what, value) => {
    expect(reasonOf(verifyBodySignature(scheme, value, [BODY], [OLD_SECRET]))).toContain('does not fit');
  });

  it('takes no empty secret', () => {
    const forged = `sha256=${createHmac('sha256', '').update(BODY).digest('hex')}`;
    expect(reasonOf(verifyBodySignature(scheme, forged, [BODY], ['']))).toContain('no secret');
  });
});
