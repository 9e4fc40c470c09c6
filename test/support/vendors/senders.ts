import { isUtf8 } from 'node:buffer';
import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import Stripe from 'stripe';
import type { SourceAuth } from '../../../src/ats/inbound.js';

/** How each vendor's calls prove where they come from, made by other people's code: published libraries, and what vendors' samples compute. */

export type Headers = Readonly<Record<string, string>>;

/** What is sent, by what, when. */
export interface Proof {
  readonly body: Buffer;
  readonly secret: string;
  readonly at: Date;
  /** The vendor's id of the call or event, where it goes into a header. */
  readonly callId: string;
}

export interface Sender {
  readonly dialect: string;
  /** Of the source, beside its dialect. */
  readonly auth?: SourceAuth;
  readonly proves: 'the body' | 'the body and its time' | 'the sender';
  readonly prove: (proof: Proof) => Headers;
  /** Headers that prove nothing. */
  readonly identify?: (callId: string) => Headers;
}

export const OCCUPOP_TOKEN = 'an occupop source agreed on this';

const stripe = new Stripe('unused');

export const SENDERS: readonly Sender[] = [
  {
    dialect: 'standard',
    proves: 'the body and its time',
    prove({ body, secret, at, callId }) {
      const seconds = secondsOf(at);
      const prefix = `${callId}.${seconds}.`;
      const signature = isUtf8(body)
        ? libraryFor(secret).sign(callId, at, body.toString())
        : `v1,${hmac(keyOf(secret), Buffer.concat([Buffer.from(prefix), body])).toString('base64')}`;
      return { 'webhook-id': callId, 'webhook-timestamp': String(seconds), 'webhook-signature': signature };
    },
  },
  {
    dialect: 'autotechjobs',
    proves: 'the body and its time',
    prove({ body, secret, at }) {
      const timestamp = secondsOf(at);
      const signature = isUtf8(body)
        ? stripe.webhooks.generateTestHeaderString({ payload: body.toString(), secret, timestamp })
        : `t=${timestamp},v1=${hmac(secret, Buffer.concat([Buffer.from(`${timestamp}.`), body])).toString('hex')}`;
      return { 'x-autotechjobs-signature': signature };
    },
  },
  {
    dialect: 'jobaffinity',
    auth: { type: 'hmac', header: 'X-Hub-Signature', encoding: 'hex', prefix: 'sha256=' },
    proves: 'the body',
    prove: ({ body, secret }) => ({ 'x-hub-signature': `sha256=${hmac(secret, body).toString('hex')}` }),
  },
  {
    dialect: 'hatchbeacon',
    proves: 'the body',
    prove: ({ body, secret }) => ({ 'x-webhook-signature': hmac(secret, body).toString('hex') }),
  },
  {
    dialect: 'resthooks',
    auth: { type: 'hook_secret' },
    proves: 'the sender',
    prove: ({ secret }) => ({ 'x-hook-secret': secret }),
  },
  {
    dialect: 'occupop',
    auth: { type: 'header', name: 'X-Occupop-Token', value: OCCUPOP_TOKEN },
    proves: 'the sender',
    prove: ({ secret }) => ({ 'x-occupop-token': secret }),
  },
  {
    dialect: 'greenhouse',
    proves: 'the body',
    prove: ({ body, secret }) => ({ signature: `sha256 ${hmac(secret, body).toString('hex')}` }),
    identify: (callId) => ({ 'greenhouse-event-id': callId }),
  },
];

export function senderOf(dialect: string): Sender {
  const sender = SENDERS.find((candidate) => candidate.dialect === dialect);
  if (!sender) throw new Error(`Nobody knows how calls of ${dialect} prove themselves.`);
  return sender;
}

function secondsOf(time: Date): number {
  return Math.floor(time.getTime() / 1_000);
}

function hmac(key: string | Buffer, text: Buffer): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/** Secrets without the prefix are taken as text: the library's raw format. */
function libraryFor(secret: string): Webhook {
  return secret.startsWith('whsec_') ? new Webhook(secret) : new Webhook(secret, { format: 'raw' });
}

function keyOf(secret: string): Buffer {
  return secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : Buffer.from(secret);
}
