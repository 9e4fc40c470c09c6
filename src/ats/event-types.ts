import type { JsonObject } from '../common/json.js';
import type { Actor } from './canonical-event.js';
import { application } from './canonical/application.js';
import * as examples from './canonical/examples.js';
import { delivery, subscription } from './canonical/hub.js';
import { job } from './canonical/job.js';
import { candidate, employee, employer, user } from './canonical/people.js';
import { hire, interview, note, offer, referral, scorecard } from './canonical/process.js';
import { dataSchema, text, type EntityDefinition, type JsonSchema } from './canonical/schema-parts.js';

/** One canonical event type: `entity.action`, lower case, past tense. */
export interface EventType {
  readonly type: string;
  /** The entity that `data` must hold; `null` when it need not hold any. */
  readonly subject: string | null;
  readonly description: string;
  /** JSON Schema (draft-07) of `data`. */
  readonly schema: JsonSchema;
  /** A body that `POST /v1/events` accepts as it is. */
  readonly example: EventTypeExample;
}

export interface EventTypeExample {
  readonly type: string;
  readonly occurred_at: string;
  readonly actor?: Actor;
  readonly data: JsonObject;
}

/** The registry of the canonical vocabulary: what the hub can be told and can pass on. */

export const ENTITIES: readonly EntityDefinition[] = [
  job,
  application,
  candidate,
  employer,
  interview,
  scorecard,
  offer,
  hire,
  referral,
  note,
  user,
  employee,
  subscription,
  delivery,
];

const EXAMPLES: Readonly<Record<string, JsonObject>> = {
  job: examples.exampleJob,
  application: examples.exampleApplication,
  candidate: examples.exampleCandidate,
  employer: examples.exampleEmployer,
  interview: examples.exampleInterview,
  scorecard: examples.exampleScorecard,
  offer: examples.exampleOffer,
  hire: examples.exampleHire,
  referral: examples.exampleReferral,
  note: examples.exampleNote,
  user: examples.exampleUser,
  employee: examples.exampleEmployee,
  subscription: examples.exampleSubscription,
  delivery: examples.exampleDelivery,
};

const SCHEMAS = new Map(ENTITIES.map((entity) => [entity.name, dataSchema(entity)]));

export const EVENT_TYPES: readonly EventType[] = [
  about(job, 'job.created', 'A job was created, as a draft or public at once.', { created_at: examples.EXAMPLE_TIME }),
  about(job, 'job.published', 'A job became public.', { published_at: examples.EXAMPLE_TIME }),
  about(job, 'job.updated', 'A job was changed.', { updated_at: examples.EXAMPLE_TIME }),
  about(job, 'job.closed', 'A job was closed by someone.', {
    status: 'closed',
    state: 'closed',
    closed_at: examples.EXAMPLE_TIME,
  }),
  about(job, 'job.expired', 'A job reached the end of its run.', {
    status: 'expired',
    state: 'expired',
    expires_at: examples.EXAMPLE_TIME,
  }),
  about(job, 'job.deleted', 'A job was deleted.'),

  about(application, 'application.submitted', 'A candidate applied for a job.'),
  about(application, 'application.updated', 'Details of an application were changed.'),
  about(application, 'application.stage_changed', 'An application moved to another step or status.', {
    status: 'interviewing',
    state: 'interview',
    previous_status: 'pending',
    stage: { id: 'step_3', name: 'Interview' },
  }),
  about(application, 'application.rejected', 'An application was rejected.', {
    status: 'rejected',
    state: 'rejected',
    rejected_at: examples.EXAMPLE_TIME,
  }),
  about(application, 'application.withdrawn', 'A candidate withdrew an application.', {
    status: 'withdrawn',
    state: 'withdrawn',
    withdrawn_at: examples.EXAMPLE_TIME,
  }),
  about(application, 'application.hired', 'The candidate of an application was hired.', {
    status: 'hired',
    state: 'hired',
    hired_at: examples.EXAMPLE_TIME,
    starts_at: '2025-06-02T08:00:00.000Z',
  }),

  about(candidate, 'candidate.created', 'A person became known as a candidate.'),
  about(candidate, 'candidate.updated', "A candidate's profile was changed."),
  about(candidate, 'candidate.merged', 'Several records of one candidate became one.', { merged_ids: ['cand_1998'] }),
  about(candidate, 'candidate.deleted', 'A candidate was deleted.'),
  {
    ...about(candidate, 'candidate.anonymized', "A candidate's personal data was removed."),
    example: {
      type: 'candidate.anonymized',
      occurred_at: examples.EXAMPLE_TIME,
      data: { candidate: { id: 'cand_2002' } },
    },
  },

  about(employer, 'employer.created', 'An employer registered.'),
  about(employer, 'employer.updated', "An employer's profile was changed."),

  about(interview, 'interview.scheduled', 'An interview was arranged.'),
  about(interview, 'interview.rescheduled', 'An interview was moved to another time.', {
    starts_at: '2025-04-16T09:00:00.000Z',
    ends_at: '2025-04-16T10:00:00.000Z',
    previous_starts_at: '2025-04-15T13:00:00.000Z',
  }),
  about(interview, 'interview.cancelled', 'An interview was called off.', {
    status: 'cancelled',
    cancelled_at: examples.EXAMPLE_TIME,
  }),
  about(interview, 'interview.completed', 'An interview took place.', {
    status: 'completed',
    completed_at: examples.EXAMPLE_TIME,
  }),
  about(scorecard, 'scorecard.submitted', 'An interviewer handed in an assessment.'),

  about(offer, 'offer.created', 'An offer was drawn up.', { status: 'draft' }),
  about(offer, 'offer.sent', 'An offer was sent to the candidate.'),
  about(offer, 'offer.accepted', 'A candidate accepted an offer.', {
    status: 'accepted',
    accepted_at: examples.EXAMPLE_TIME,
  }),
  about(offer, 'offer.declined', 'A candidate declined an offer.', {
    status: 'declined',
    declined_at: examples.EXAMPLE_TIME,
  }),
  about(offer, 'offer.expired', 'An offer ran out.', { status: 'expired', expires_at: examples.EXAMPLE_TIME }),
  about(offer, 'offer.withdrawn', 'An offer was taken back.', {
    status: 'withdrawn',
    withdrawn_at: examples.EXAMPLE_TIME,
  }),
  about(hire, 'hire.created', 'A hire was settled.'),

  about(referral, 'referral.created', 'Someone recommended a candidate.'),
  about(note, 'note.created', 'A note was written on an application or a candidate.'),
  about(user, 'user.created', 'A user was added to the ATS.'),
  about(user, 'user.updated', 'A user of the ATS was changed.'),
  about(user, 'user.deactivated', 'A user of the ATS lost access.', {
    status: 'inactive',
    deactivated_at: examples.EXAMPLE_TIME,
  }),
  about(employee, 'employee.created', 'An employee record was created.'),
  about(employee, 'employee.updated', 'An employee record was changed.'),
  about(employee, 'employee.deleted', 'An employee record was deleted.'),

  testPing(),
  byHub(subscription, 'hub.subscription_suspended', 'The hub paused a subscription whose receiver kept failing.'),
  byHub(subscription, 'hub.subscription_disabled', 'A subscription was disabled, by someone or by a rule.', {
    status: 'disabled',
    status_reason: 'Every call has failed for 5 days.',
  }),
  byHub(subscription, 'hub.subscription_deactivated', 'A receiver said that it is gone.', {
    status: 'deactivated',
    status_reason: 'The receiver answered 410 Gone.',
  }),
  byHub(delivery, 'hub.delivery_exhausted', 'A delivery failed at its last attempt.'),
];

const BY_TYPE: ReadonlyMap<string, EventType> = new Map(EVENT_TYPES.map((eventType) => [eventType.type, eventType]));

/** What stands before the dot in canonical types. */
export const TYPE_PREFIXES: ReadonlySet<string> = new Set(EVENT_TYPES.map(({ type }) => prefixOf(type)));

/** A producer's own event: accepted with any data, delivered by the dialects that use canonical names. */
const CUSTOM_TYPE = /^custom\.[a-z0-9_.-]{1,100}$/;

export function eventTypeOf(type: string): EventType | null {
  return BY_TYPE.get(type) ?? null;
}

/** The schema of data that holds the entity; `null` when there is no such entity. */
export function dataSchemaOf(entity: string): JsonSchema | null {
  return SCHEMAS.get(entity) ?? null;
}

export function isCustomType(type: string): boolean {
  return CUSTOM_TYPE.test(type);
}

export function isKnownType(type: string): boolean {
  return BY_TYPE.has(type) || isCustomType(type);
}

export function prefixOf(type: string): string {
  return type.slice(0, type.indexOf('.'));
}

function about(entity: EntityDefinition, type: string, description: string, changes: JsonObject = {}): EventType {
  const data = { [entity.name]: { ...EXAMPLES[entity.name], ...changes } };
  return {
    type,
    subject: entity.name,
    description,
    schema: { title: `data of ${type}`, ...SCHEMAS.get(entity.name) },
    example: { type, occurred_at: examples.EXAMPLE_TIME, actor: examples.exampleActor, data },
  };
}

/** The hub acts by itself: no actor. */
function byHub(entity: EntityDefinition, type: string, description: string, changes: JsonObject = {}): EventType {
  const { example, ...eventType } = about(entity, type, description, changes);
  return { ...eventType, example: { type, occurred_at: example.occurred_at, data: example.data } };
}

function testPing(): EventType {
  const type = 'test.ping';
  return {
    type,
    subject: null,
    description: 'A test that nothing happened to: shows that events flow.',
    schema: {
      $schema: 'http://json-schema.org/draft-07/schema#',
      title: `data of ${type}`,
      type: 'object',
      properties: { message: text('Anything.') },
      additionalProperties: true,
    },
    example: { type, occurred_at: examples.EXAMPLE_TIME, data: { message: 'Hello' } },
  };
}
