import { bodyField, describePairs, type FieldDescription } from '../../ats/field-descriptions.js';
import { fieldMap, type FieldMap } from '../../ats/field-map.js';
import { EVENT_ID_HEADER, GREENHOUSE } from './events.js';
import * as resources from './resources.js';

/** What each event's payload holds, and where. */
export interface Payload {
  /** What `data` is about. */
  readonly entity: string;
  /** Between `payload` and `data`. */
  readonly fields: FieldMap;
  /** Below `payload`. */
  readonly idPath: string;
  readonly alone: readonly string[];
}

const newApplication = payload('application', 'application', resources.application('name'));
const oldApplication = payload('application', 'application', resources.application('public_name'));
const bareOffer = payload('offer', '', resources.offer);
const job = payload('job', 'job', resources.job);
const bareJobPost = payload('job', '', resources.jobPost);

/** Payloads of other events pass as they are. */
const PAYLOADS: ReadonlyMap<string, Payload> = new Map([
  ['new_candidate_application', newApplication],
  ['delete_application', payload('application', 'application', resources.deletedApplication)],
  ['application_updated', newApplication],
  ['offer_created', bareOffer],
  ['offer_approved', bareOffer],
  ['offer_updated', bareOffer],
  ['offer_deleted', payload('offer', 'offer', resources.offer)],
  ['new_prospect_application', ofPaths('candidate', resources.prospect)],
  ['delete_candidate', payload('candidate', 'person', resources.deletedPerson)],
  ['hire_candidate', payload('application', 'application', resources.hiredApplication)],
  ['merge_candidate', payload('candidate', 'person', resources.mergedPerson)],
  ['candidate_stage_change', newApplication],
  ['unhire_candidate', oldApplication],
  ['reject_candidate', oldApplication],
  ['unreject_candidate', oldApplication],
  ['update_candidate', payload('candidate', 'candidate', resources.candidate)],
  ['candidate_anonymized', payload('candidate', '', resources.anonymizedPerson)],
  ['interview_deleted', payload('interview', 'interview', resources.interview)],
  ['scorecard_deleted', payload('scorecard', 'scorecard', resources.scorecard)],
  ['job_created', job],
  ['job_deleted', payload('job', 'job', resources.deletedJob)],
  ['job_updated', job],
  ['job_approved', { ...job, alone: [...job.alone, 'approval_flow'] }],
  ['job_post_created', bareJobPost],
  ['job_post_updated', bareJobPost],
  ['job_post_deleted', payload('job', 'job_post', resources.jobPost)],
]);

export function payloadOf(eventName: string): Payload | null {
  return PAYLOADS.get(eventName) ?? null;
}

/** When an offer was accepted or rejected, or a newer version took its place. */
export function resolvedAtPath({ idPath }: Pick<Payload, 'idPath'>): string {
  return idPath.replace(/id$/, 'resolved_at');
}

export function describeGreenhouse(eventName: string): FieldDescription[] {
  const found = payloadOf(eventName);
  return [
    { part: 'header', vendorPath: EVENT_ID_HEADER, canonicalPath: 'source.event_id' },
    bodyField('action', 'source.type'),
    ...(found ? describe(eventName, found) : [bodyField('payload', 'data')]),
  ];
}

function describe(eventName: string, { entity, idPath, fields, alone }: Payload): FieldDescription[] {
  const described = describePairs(fields.pairs, { vendor: 'payload.', canonical: 'data.' });
  return [
    ...(eventName === 'reject_candidate' ? described.flatMap(withWithdrawal) : described),
    ...(entity === 'offer' ? describeDecision(`payload.${resolvedAtPath({ idPath })}`) : []),
    ...alone.map((path) => bodyField(`payload.${path}`, `extensions.${GREENHOUSE}.payload.${path}`)),
  ];
}

function withWithdrawal(field: FieldDescription): FieldDescription[] {
  if (field.vendorPath !== 'payload.application.rejected_at') return [field];
  return [
    { ...field, note: 'when it was rejected' },
    { ...field, canonicalPath: 'data.application.withdrawn_at', note: 'when it was withdrawn' },
  ];
}

function describeDecision(vendorPath: string): FieldDescription[] {
  const decided = ['accepted', 'declined', 'withdrawn'];
  return decided.map((word) => ({ ...bodyField(vendorPath, `data.offer.${word}_at`), note: `when it was ${word}` }));
}

function payload(entity: string, place: string, resource: resources.Resource): Payload {
  return ofPaths(entity, resources.below(place, entity, resource));
}

/** A resource whose paths begin at the payload and at the data. */
function ofPaths(entity: string, { pairs, alone }: resources.Resource): Payload {
  const idPath = pairs.find(({ canonical }) => canonical === `${entity}.id`)?.vendor ?? '';
  return { entity, fields: fieldMap(pairs), idPath, alone };
}
