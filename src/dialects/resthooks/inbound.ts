import { readCanonical } from '../../ats/conform.js';
import { dataSchemaOf } from '../../ats/event-types.js';
import { HOOK_SECRET_HEADER, headerOf, isConfirmingCall, verifyAuth } from '../../ats/inbound-auth.js';
import { decodeJson, unreadable } from '../../ats/inbound-body.js';
import { oneEvent } from '../../ats/inbound-event.js';
import { RECEIVED } from '../../ats/inbound-parts.js';
import type { DecodedRequest, Inbound, InboundEvent, InboundRequest, IngestPath } from '../../ats/inbound.js';
import { typesByVendorName } from '../../ats/vendor-name.js';
import { isJsonObject, type JsonValue } from '../../common/json.js';
import { RESTHOOKS, resthooksMappings } from './events.js';

const PATHS: readonly IngestPath[] = resthooksMappings.map(({ name }) => ({
  segment: name.toLowerCase().replaceAll(' ', '-'),
  eventName: name,
}));

const TYPES = typesByVendorName(resthooksMappings);

/** The body names no event, so each has an address of its own; the first call may ask to see its secret again. */
export const resthooksInbound: Inbound = {
  authenticity:
    'The unguessable address. The confirming call is answered with its X-Hook-Secret; a source with `auth` of type ' +
    '`hook_secret` then demands that secret of every call.',
  sourceRules: { secret: 'never', authTypes: ['hook_secret'], authRequired: false, fetches: false, tiedEvents: false },
  ingestPaths: PATHS,
  sameEvent: { kind: 'entity_state' },
  answer: RECEIVED,
  verify: verifyAuth,
  decode: (request) => confirmationOf(request) ?? decodeJson(request, (body) => decodeItems(body, request.segment)),
};

function confirmationOf(request: InboundRequest): DecodedRequest | null {
  const secret = isConfirmingCall(request) ? headerOf(request, HOOK_SECRET_HEADER) : null;
  if (secret === null) return null;
  // It goes back as a header: nothing that could not stand there.
  if (!/^[\x20-\x7e]{1,512}$/.test(secret)) return unreadable(`${HOOK_SECRET_HEADER} must be printable ASCII.`);
  return { kind: 'confirmation', answerHeaders: { [HOOK_SECRET_HEADER]: secret }, secret };
}

function decodeItems(body: JsonValue, segment: string | null): DecodedRequest {
  const eventName = PATHS.find((path) => path.segment === segment)?.eventName;
  const type = TYPES.get(eventName ?? '');
  if (eventName === undefined || type === undefined) return unreadable('The address does not say which event it is.');
  if (!Array.isArray(body) || body.length === 0) return unreadable('The body must be an array of at least one item.');
  const events: InboundEvent[] = [];
  for (const [index, item] of body.entries()) {
    const decoded = decodeItem(item, { eventName, type, index });
    if (decoded.kind !== 'events') return decoded;
    events.push(...decoded.events);
  }
  return { kind: 'events', events };
}

interface ItemContext {
  readonly eventName: string;
  readonly type: string;
  readonly index: number;
}

function decodeItem(item: JsonValue, { eventName, type, index }: ItemContext): DecodedRequest {
  if (!isJsonObject(item)) return unreadable(`\`[${index}]\` must be an object.`);
  const { data, rest } = readCanonical(dataSchemaOf('employee'), { employee: item });
  return oneEvent({
    dialect: RESTHOOKS,
    name: eventName,
    type,
    data,
    received: [item],
    idPath: `[${index}].id`,
    extension: isJsonObject(rest.employee) ? rest.employee : {},
    state: item,
  });
}
