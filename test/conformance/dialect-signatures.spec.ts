import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import Stripe from 'stripe';
import type { Dialect } from '../../src/ats/dialect.js';
import { ALL_DIALECTS } from '../../src/dialects/all-dialects.js';
import { type Signable, standardWebhooksHeaders } from '../../src/signing/signature-schemes.js';

/** Signatures, verified by other people's code: the one vendors' samples compute and two published libraries. */

const OLD_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const NEW_SECRET = 'a plain secret of thirty-two chars';
const stripe = new Stripe('unused');

function dialectNamed(name: string): Dialect {
  const dialect = ALL_DIALECTS.find((candidate) => candidate.name === name);
  if (!dialect) throw new Error(`No dialect ${name}.`);
  return dialect;
}

function exampleMessage(dialect: Dialect, secrets: string[]): Signable & { body: string } {
  const eventName = dialect.events[0]?.name ?? '';
  const event = dialect.exampleOf(eventName);
  if (!event) throw new Error('No example.');
  const { body } = dialect.encode(event, { eventName, includeFiles: false });
  return { messageId: 'msg_1', timestampSeconds: Math.floor(Date.now() / 1000), body, secrets };
}

describe.each(ALL_DIALECTS.map((dialect): [string, Dialect] => [dialect.name, dialect]))('%s', (_name, dialect) => {
  it.each([OLD_SECRET, NEW_SECRET])('can be verified by the Standard Webhooks library with %s', (secret) => {
    const message = exampleMessage(dialect, [OLD_SECRET, NEW_SECRET]);
    const library = secret.startsWith('whsec_') ? new Webhook(secret) : new Webhook(secret, { format: 'raw' });
    expect(library.verify(message.body, standardWebhooksHeaders(message))).toEqual(JSON.parse(message.body));
  });

  it('sets only headers that it reserves, in lower case', () => {
    const headers = Object.keys(dialect.sign(exampleMessage(dialect, [OLD_SECRET])));
    expect(dialect.subscriptionRules.reservedHeaders).toEqual(expect.arrayContaining(headers));
  });
});

describe('autotechjobs', () => {
  const dialect = dialectNamed('autotechjobs');

  it.each([OLD_SECRET, NEW_SECRET])('signs in the scheme that Stripe verifies, for both secrets: %s', (secret) => {
    const message = exampleMessage(dialect, [OLD_SECRET, NEW_SECRET]);
    const header = dialect.sign(message)['x-autotechjobs-signature'] ?? '';
    expect(stripe.webhooks.signature?.verifyHeader(message.body, header, secret, 300)).toBe(true);
  });

  it('puts the old secret first, since careless receivers read the first signature only', () => {
    const message = exampleMessage(dialect, [OLD_SECRET, NEW_SECRET]);
    const [timestamp, first, ...more] = (dialect.sign(message)['x-autotechjobs-signature'] ?? '').split(',');
    const expected = createHmac('sha256', OLD_SECRET)
      .update(`${message.timestampSeconds}.${message.body}`)
      .digest('hex');
    expect(timestamp).toBe(`t=${message.timestampSeconds}`);
    expect(first).toBe(`v1=${expected}`);
    expect(more).toHaveLength(1);
  });
});

describe('hatchbeacon', () => {
  it('signs with the oldest secret what a receiver serialises again', () => {
    const dialect = dialectNamed('hatchbeacon');
    const message = exampleMessage(dialect, [OLD_SECRET, NEW_SECRET]);
    const serialisedAgain = JSON.stringify(JSON.parse(message.body));
    expect(dialect.sign(message)).toEqual({
      'x-webhook-signature': createHmac('sha256', OLD_SECRET).update(serialisedAgain).digest('hex'),
    });
  });
});
