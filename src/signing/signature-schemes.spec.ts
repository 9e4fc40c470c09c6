import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import Stripe from 'stripe';
import {
  bodySignature,
  equalsInConstantTime,
  type Signable,
  standardWebhooksHeaders,
  standardWebhooksKey,
  timestampedSignature,
} from './signature-schemes.js';

const PREFIXED = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const PLAIN = 'a-plain-secret-of-mine';
const BODY = '{"name":"Zoë 名前 🎉","n":1}';

function message(secrets: readonly string[], body: string | Buffer = BODY): Signable {
  return { messageId: 'dlv_1', timestampSeconds: Math.floor(Date.now() / 1_000), body, secrets };
}

describe('the Standard Webhooks headers', () => {
  it.each([
    ['prefixed', PREFIXED, new Webhook(PREFIXED)],
    ['plain', PLAIN, new Webhook(PLAIN, { format: 'raw' })],
  ])('verify with the library, keyed with a %s secret', (_kind, secret, library) => {
    for (const body of [BODY, Buffer.from(BODY)]) {
      expect(library.verify(BODY, standardWebhooksHeaders(message([secret], body)))).toEqual(JSON.parse(BODY));
    }
    expect(() => library.verify(`${BODY} `, standardWebhooksHeaders(message([secret])))).toThrow();
  });

  it('carry one signature for each secret, oldest first', () => {
    const signatureBy = (...secrets: string[]) => standardWebhooksHeaders(message(secrets))['webhook-signature'];
    expect(signatureBy(PLAIN, PREFIXED)).toBe(`${signatureBy(PLAIN)} ${signatureBy(PREFIXED)}`);
  });

  it('are the published example', () => {
    const published = {
      messageId: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      timestampSeconds: 1_614_265_330,
      body: '{"test": 2432232314}',
      secrets: [PREFIXED],
    };
    expect(standardWebhooksHeaders(published)).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('are keyed with the decoded bytes after the prefix, else with the text', () => {
    expect(standardWebhooksKey(PREFIXED)).toEqual(Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64'));
    expect(standardWebhooksKey(PLAIN)).toEqual(Buffer.from(PLAIN));
  });
});

describe('the timestamped signature', () => {
  const stripe = new Stripe('unused');

  it('verifies with Stripe for every secret it was made with, and no other', () => {
    const header = timestampedSignature(message([PREFIXED, PLAIN]));
    for (const secret of [PREFIXED, PLAIN]) {
      expect(stripe.webhooks.constructEvent(BODY, header, secret)).toEqual(JSON.parse(BODY));
    }
    expect(() => stripe.webhooks.constructEvent(BODY, header, 'another')).toThrow('No signatures found');
  });

  it('has the time first, then the signatures, oldest first', () => {
    const at = { ...message([PREFIXED, PLAIN]), timestampSeconds: 1_700_000_000 };
    const by = (secret: string) => createHmac('sha256', secret).update(`1700000000.${BODY}`).digest('hex');
    expect(timestampedSignature(at)).toBe(`t=1700000000,v1=${by(PREFIXED)},v1=${by(PLAIN)}`);
  });
});

describe('the body signature', () => {
  it('is keyed with the whole secret as text, prefix included', () => {
    const expected = createHmac('sha256', Buffer.from(PREFIXED, 'utf8')).update(Buffer.from(BODY, 'utf8'));
    const bytes = expected.digest();
    expect(bodySignature(BODY, PREFIXED, 'hex')).toBe(bytes.toString('hex'));
    expect(bodySignature(Buffer.from(BODY), PREFIXED, 'base64')).toBe(bytes.toString('base64'));
  });
});

describe('a comparison in constant time', () => {
  it.each([
    ['', '', true],
    ['abc', 'abc', true],
    ['abc', 'abd', false],
    ['abc', 'abcd', false],
    ['é', 'e', false],
    ['é', 'é', true],
  ])('of %j and %j is %p', (left, right, equal) => {
    expect(equalsInConstantTime(left, right)).toBe(equal);
  });
});
