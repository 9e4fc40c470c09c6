import { readCanonical } from '../../ats/conform.js';
import { eventTypeOf, isKnownType } from '../../ats/event-types.js';
import { headerOf } from '../../ats/inbound-auth.js';
import { decodeJson, isEventName, unreadable, unreadableName } from '../../ats/inbound-body.js';
import { oneEvent } from '../../ats/inbound-event.js';
import { ID_HOURS, RECEIVED, SIGNED_SOURCE } from '../../ats/inbound-parts.js';
import type { DecodedRequest, Inbound, InboundRequest } from '../../ats/inbound.js';
import { customType } from '../../ats/vendor-name.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../common/json.js';
import { verifyStandardWebhooks } from '../../signing/signature-verification.js';

export const STANDARD = 'standard';

/** Any sender of Standard Webhooks; one that uses the canonical types is understood, another one passed on. */
export const standardInbound: Inbound = {
  authenticity: 'The Standard Webhooks signature, at most 300 seconds old or ahead.',
  sourceRules: SIGNED_SOURCE,
  ingestPaths: [],
  sameEvent: { kind: 'id', hours: ID_HOURS },
  answer: RECEIVED,

  verify: (request, { secrets }) =>
    verifyStandardWebhooks(
      { body: request.rawBody, secrets, receivedAt: request.receivedAt },
      {
        id: headerOf(request, 'webhook-id'),
        timestamp: headerOf(request, 'webhook-timestamp'),
        signature: headerOf(request, 'webhook-signature'),
      },
    ),

  decode: (request) => decodeJson(request, (body) => decodeBody(body, request)),
};

function decodeBody(body: JsonValue, request: InboundRequest): DecodedRequest {
  if (!isJsonObject(body)) return unreadable('The body must be an object.');
  const { type: name, timestamp: occurredAt, data: given, ...unknown } = body;
  if (!isEventName(name)) return unreadableName('type');
  if (!isJsonObject(given)) return unreadable('`data` must be an object.');
  const type = isKnownType(name) ? name : customType(STANDARD, name);
  const known = eventTypeOf(type);
  const { data, rest } = readCanonical(known?.schema ?? null, given);
  return oneEvent({
    dialect: STANDARD,
    name,
    type,
    data,
    received: body,
    idPath: `data.${known?.subject ?? ''}.id`,
    occurredAt,
    eventId: headerOf(request, 'webhook-id'),
    extension: extensionOf(unknown, rest),
  });
}

function extensionOf(unknown: JsonObject, misfits: JsonObject): JsonObject {
  return Object.keys(misfits).length > 0 ? { ...unknown, data: misfits } : unknown;
}
