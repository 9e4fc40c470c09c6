/** Receivers' ways to verify a call, none of them the project's own: published libraries, and what vendors' samples compute. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import Stripe from 'stripe';
import type { ReceivedCall } from './receiver.js';

const stripe = new Stripe('unused');
const TOLERANCE_SECONDS = 300;

export function headerOf(call: ReceivedCall, name: string): string {
  return String(call.headers[name]);
}

/** With the Standard Webhooks library, which refuses times more than five minutes away: the verified body. */
export function verifyStandard(call: ReceivedCall, secret: string): unknown {
  return libraryFor(secret).verify(call.body, call.headers as Record<string, string>);
}

/** The same for a hub whose clock was moved: whether the library would have signed so at the time in the header. */
export function isSignedAsStandard(call: ReceivedCall, secret: string): boolean {
  const at = new Date(Number(headerOf(call, 'webhook-timestamp')) * 1_000);
  const expected = libraryFor(secret).sign(headerOf(call, 'webhook-id'), at, call.body);
  return headerOf(call, 'webhook-signature').split(' ').includes(expected);
}

/** With Stripe's library: `t=…,v1=…` is Stripe's scheme. `now` is the receiver's time. */
export function verifyStripe(call: ReceivedCall, header: string, secret: string, now = new Date()): unknown {
  const { webhooks } = stripe;
  const receivedAt = Math.floor(now.getTime() / 1_000);
  return webhooks.constructEvent(call.body, header, secret, TOLERANCE_SECONDS, undefined, receivedAt);
}

/** As AutoTechJobs' sample does it: the first signature alone, no older than five minutes. */
export function passesAutoTechJobsSample(call: ReceivedCall, secret: string, now = new Date()): boolean {
  const [time, signature] = headerOf(call, 'x-autotechjobs-signature')
    .split(',')
    .map((part) => part.split('=')[1] ?? '');
  if (now.getTime() / 1_000 - Number(time) > TOLERANCE_SECONDS) return false;
  return isHmac(signature ?? '', `${time}.${call.body.toString()}`, secret);
}

/** As Greenhouse's samples do it: over the body as it came, against what follows the algorithm and a space. */
export function passesGreenhouseSample(call: ReceivedCall, secret: string): boolean {
  const [algorithm, signature = ''] = headerOf(call, 'signature').split(' ');
  return algorithm === 'sha256' && isHmac(signature, call.body.toString(), secret);
}

/** As HatchBeacon's Node sample does it: over the body parsed and serialised again. */
export function passesHatchBeaconSample(parsedBody: unknown, signature: string, secret: string): boolean {
  return isHmac(signature, JSON.stringify(parsedBody), secret);
}

function isHmac(signature: string, text: string, secret: string): boolean {
  const expected = Buffer.from(createHmac('sha256', secret).update(text).digest('hex'));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** Secrets without the prefix are taken as text: the library's raw format. */
function libraryFor(secret: string): Webhook {
  return secret.startsWith('whsec_') ? new Webhook(secret) : new Webhook(secret, { format: 'raw' });
}
