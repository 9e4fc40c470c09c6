import type { CanonicalEvent } from '../../ats/canonical-event.js';
import type { Envelope, TestedSubscription, TestEnvelope } from '../../ats/dialect.js';
import { toEnvelope } from '../../ats/envelope.js';
import { fullNameOf } from '../../ats/person-name.js';
import { findEntity } from '../../ats/subject-of.js';
import { toMilliseconds } from '../../ats/times.js';
import { receivedBody } from '../../ats/vendor-name.js';
import type { JsonObject, JsonValue } from '../../common/json.js';
import { pathSegment } from '../../common/path-segment.js';
import { hatchbeaconEvents, type HatchBeaconEvent } from './events.js';

/**
 * HatchBeacon's envelope: an entry of its activity log and what the entry is about. Its receivers verify a parsed
 * and re-serialised body, which `toEnvelope` withstands: what it writes, parsing and serialising writes again.
 */
export const HATCHBEACON = 'hatchbeacon';
export const TEST_EVENT = 'webhook.test';

/** What `express.json()` in the vendor's sample receiver takes by default. */
const SAMPLE_RECEIVER_LIMIT_BYTES = 100 * 1024;

const EVENTS_BY_NAME = new Map(hatchbeaconEvents.map((event) => [event.name, event]));

export function encodeForHatchBeacon(event: CanonicalEvent, eventName: string): Envelope {
  const envelope = toEnvelope(receivedBody(event, HATCHBEACON) ?? contentOf(event, eventName));
  const sizeBytes = Buffer.byteLength(envelope.body);
  if (sizeBytes <= SAMPLE_RECEIVER_LIMIT_BYTES) return envelope;
  const warning = `The body has ${sizeBytes} bytes: a receiver built on express.json() refuses more than 100 kB.`;
  return { body: envelope.body, warnings: [...(envelope.warnings ?? []), warning] };
}

export function hatchbeaconTestEnvelope(subscription: TestedSubscription): TestEnvelope {
  const { body } = toEnvelope({
    event: TEST_EVENT,
    timestamp: subscription.sentAt,
    data: {
      message: 'This is a test webhook',
      webhookId: subscription.id,
      webhookName: subscription.name ?? subscription.id,
    },
  });
  return { eventName: TEST_EVENT, body };
}

function contentOf(event: CanonicalEvent, eventName: string): JsonObject {
  const timestamp = toMilliseconds(event.occurred_at) ?? event.occurred_at;
  const resourceId = event.subject?.id ?? null;
  const entry = logEntryOf(event, EVENTS_BY_NAME.get(eventName));
  return {
    event: eventName,
    timestamp,
    data: {
      log: {
        action: entry.action ?? eventName,
        resourceType: entry.resourceType ?? event.subject?.entity ?? null,
        resourceId,
        userId: event.actor?.id ?? null,
        userName: event.actor?.name ?? null,
        userEmail: event.actor?.email ?? null,
        timestamp,
      },
      details: {
        method: entry.method ?? null,
        path: entry.path ? withId(entry.path, resourceId) : null,
        ...detailsOf(event.data),
      },
    },
  };
}

type LogEntry = Partial<Pick<HatchBeaconEvent, 'action' | 'resourceType' | 'method' | 'path'>>;

/** What the vendor itself logged, where the event came from it, before the table. */
function logEntryOf(event: CanonicalEvent, row: HatchBeaconEvent | undefined): LogEntry {
  const logged = event.extensions[HATCHBEACON] ?? {};
  return {
    ...row,
    ...textsOf({
      action: logged.action,
      resourceType: logged.resource_type,
      method: logged.method,
      path: logged.path,
    }),
  };
}

function textsOf(values: Record<string, JsonValue | undefined>): LogEntry {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => typeof value === 'string'));
}

function detailsOf(data: JsonObject): JsonObject {
  const candidateName = fullNameOf(findEntity(data, 'candidate'));
  const jobTitle = findEntity(data, 'job')?.title;
  return {
    ...(candidateName !== null && { candidateName }),
    ...(typeof jobTitle === 'string' && { jobTitle }),
  };
}

function withId(path: string, id: string | null): string {
  return id === null ? path.replace(/\/\{id\}.*$/, '') : path.replace('{id}', () => pathSegment(id));
}
