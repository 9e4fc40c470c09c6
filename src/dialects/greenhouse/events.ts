import type { DialectEvent, EventMapping } from '../../ats/dialect.js';
import { customType, mappingRows } from '../../ats/vendor-name.js';

/** Greenhouse's events, in the order of its document, and the canonical types they stand for. */

export const GREENHOUSE = 'greenhouse';
export const EVENT_ID_HEADER = 'greenhouse-event-id';
/** Sent when a webhook is created or changed; one that is not answered leaves it disabled. */
export const PING = 'ping';

export const greenhouseEvents: readonly DialectEvent[] = [
  { name: 'new_candidate_application', description: 'A candidate applied for a job, or was added to one.' },
  { name: 'delete_application', description: 'An application was deleted, by itself.' },
  { name: 'application_updated', description: 'An application was changed.' },
  { name: 'offer_created', description: 'An offer was drawn up, or a new version of one.' },
  { name: 'offer_approved', description: 'An offer got the approval that it needed.' },
  { name: 'offer_updated', description: 'An offer was changed: sent, accepted, rejected or superseded.' },
  { name: 'offer_deleted', description: 'An offer was deleted.' },
  { name: 'new_prospect_application', description: 'A person became known who has not applied yet.' },
  { name: 'delete_candidate', description: 'A candidate was deleted, with every application.' },
  { name: 'hire_candidate', description: 'A candidate was hired.' },
  { name: 'merge_candidate', description: 'A candidate was merged into another one.' },
  { name: 'candidate_stage_change', description: 'An application moved to another stage.' },
  { name: 'unhire_candidate', description: 'A hire was taken back.' },
  { name: 'reject_candidate', description: 'An application was rejected, by either side.' },
  { name: 'unreject_candidate', description: 'A rejection was taken back.' },
  { name: 'update_candidate', description: "A candidate's details were changed." },
  { name: 'candidate_anonymized', description: "A candidate's personal data was removed." },
  { name: 'interview_deleted', description: 'A scheduled interview was cancelled or deleted.' },
  { name: 'scorecard_deleted', description: 'A scorecard was deleted.' },
  { name: 'job_created', description: 'A job was created.' },
  { name: 'job_deleted', description: 'A job was deleted.' },
  { name: 'job_updated', description: 'A job was changed, opened or closed.' },
  { name: 'job_approved', description: 'A job got its final approval.' },
  { name: 'job_post_created', description: "A job's or prospects' post was created." },
  { name: 'job_post_updated', description: 'A post was changed, or went live or offline.' },
  { name: 'job_post_deleted', description: 'A post was deleted.' },
  { name: 'job_interview_stage_deleted', description: "A stage of a job's process was removed." },
  { name: 'department_deleted', description: 'A department was deleted.' },
  { name: 'office_deleted', description: 'An office was deleted.' },
];

/** No canonical type says these: they come in and go out under names of their own. */
const OWN_EVENTS = [
  'delete_application',
  'offer_approved',
  'offer_updated',
  'offer_deleted',
  'scorecard_deleted',
  'job_approved',
  'job_post_created',
  'job_post_updated',
  'job_post_deleted',
  'job_interview_stage_deleted',
  'department_deleted',
  'office_deleted',
];

export const greenhouseMappings: readonly EventMapping[] = [
  ...mappingRows(
    {
      'application.submitted': 'new_candidate_application',
      'application.updated': 'application_updated',
      'application.stage_changed': 'candidate_stage_change',
      'application.rejected': 'reject_candidate',
      'application.hired': 'hire_candidate',
      'candidate.created': 'new_prospect_application',
      'candidate.updated': 'update_candidate',
      'candidate.merged': 'merge_candidate',
      'candidate.deleted': 'delete_candidate',
      'candidate.anonymized': 'candidate_anonymized',
      'interview.cancelled': 'interview_deleted',
      'offer.created': 'offer_created',
      'job.created': 'job_created',
      'job.updated': 'job_updated',
      'job.deleted': 'job_deleted',
      ...Object.fromEntries(OWN_EVENTS.map((name) => [customType(GREENHOUSE, name), name])),
    },
    {
      'application.withdrawn': 'reject_candidate',
      'offer.sent': 'offer_updated',
      'offer.accepted': 'offer_updated',
      'offer.declined': 'offer_updated',
      'offer.expired': 'offer_updated',
      'offer.withdrawn': 'offer_updated',
      'job.published': 'job_updated',
      'job.closed': 'job_updated',
      'job.expired': 'job_updated',
    },
  ),
  { canonical: 'application.stage_changed', name: 'unhire_candidate', direction: 'in' },
  { canonical: 'application.stage_changed', name: 'unreject_candidate', direction: 'in' },
];
