import { createHmac } from 'node:crypto';
import type { JsonValue } from '../../../src/common/json.js';
import type { ReceivedCall } from '../receiver.js';
import { serialisedBy } from '../vendor-json.js';
import {
  headerOf,
  passesAutoTechJobsSample,
  passesGreenhouseSample,
  passesHatchBeaconSample,
  verifyStandard,
  verifyStripe,
} from '../verify.js';

/** How a partner subscribes in a dialect, and checks what it gets as the vendor's document tells it to. */

const HMAC_AUTH = { type: 'hmac', header: 'X-Hub-Signature', encoding: 'hex', prefix: 'sha256=' };

/** Of a subscription, beside its dialect; where a subscription has one event only, one for each. */
export function subscriptionsOf(dialect: string): readonly Readonly<Record<string, unknown>>[] {
  if (dialect === 'resthooks') {
    return ['Employee Created', 'Employee Updated', 'Employee Deleted'].map((name) => ({ events: [name] }));
  }
  return [
    { events: dialect === 'standard' ? ['*', 'hub.*'] : ['*'], ...(dialect === 'jobaffinity' && { auth: HMAC_AUTH }) },
  ];
}

/** The body, once its signatures are verified and it is written as the vendor writes it. */
export function verifiedBody(dialect: string, call: ReceivedCall, secret: string): JsonValue {
  const body = verifyStandard(call, secret) as JsonValue;
  if (!passesVendorCheck(dialect, call, secret)) throw new Error(`The signature of ${dialect} does not fit.`);
  if (serialisedBy(dialect, body) !== call.body.toString()) throw new Error(`${dialect} is written otherwise.`);
  return body;
}

function passesVendorCheck(dialect: string, call: ReceivedCall, secret: string): boolean {
  const text = call.body.toString();
  switch (dialect) {
    case 'autotechjobs':
      verifyStripe(call, headerOf(call, 'x-autotechjobs-signature'), secret);
      return passesAutoTechJobsSample(call, secret);
    case 'jobaffinity':
      return headerOf(call, 'x-hub-signature') === `sha256=${createHmac('sha256', secret).update(text).digest('hex')}`;
    case 'hatchbeacon':
      return passesHatchBeaconSample(JSON.parse(text), headerOf(call, 'x-webhook-signature'), secret);
    case 'greenhouse':
      return (
        passesGreenhouseSample(call, secret) && headerOf(call, 'greenhouse-event-id') === call.headers['webhook-id']
      );
    default:
      return true;
  }
}
