import type { DialectEvent, EventMapping } from '../../ats/dialect.js';
import { mappingRows } from '../../ats/vendor-name.js';

/**
 * HatchBeacon's events and, for each, the entry of the vendor's activity log that its webhooks carry. Of these
 * entries the vendor documents `job_application_created` alone; the others follow its pattern.
 */
export interface HatchBeaconEvent extends DialectEvent {
  readonly action: string;
  readonly resourceType: string;
  readonly method: string;
  /** `{id}` stands for the resource's id. */
  readonly path: string;
}

export const hatchbeaconEvents: readonly HatchBeaconEvent[] = [
  {
    name: 'job_application_created',
    description: 'Someone applied for a job.',
    action: 'create_application',
    resourceType: 'job_application',
    method: 'POST',
    path: '/job-applications',
  },
  {
    name: 'job_application_updated',
    description: 'An application was changed.',
    action: 'update_application',
    resourceType: 'job_application',
    method: 'PATCH',
    path: '/job-applications/{id}',
  },
  {
    name: 'application_status_changed',
    description: 'An application moved to another status, a rejection or withdrawal included.',
    action: 'change_application_status',
    resourceType: 'job_application',
    method: 'PATCH',
    path: '/job-applications/{id}/status',
  },
  {
    name: 'interview_scheduled',
    description: 'An interview with a candidate was arranged.',
    action: 'schedule_interview',
    resourceType: 'interview',
    method: 'POST',
    path: '/interviews',
  },
  {
    name: 'interview_completed',
    description: 'An interview took place.',
    action: 'complete_interview',
    resourceType: 'interview',
    method: 'POST',
    path: '/interviews/{id}/complete',
  },
  {
    name: 'offer_sent',
    description: 'A candidate was sent an offer.',
    action: 'send_offer',
    resourceType: 'offer',
    method: 'POST',
    path: '/offers/{id}/send',
  },
  {
    name: 'offer_accepted',
    description: 'A candidate took an offer.',
    action: 'accept_offer',
    resourceType: 'offer',
    method: 'POST',
    path: '/offers/{id}/accept',
  },
  {
    name: 'offer_rejected',
    description: 'A candidate turned an offer down.',
    action: 'reject_offer',
    resourceType: 'offer',
    method: 'POST',
    path: '/offers/{id}/reject',
  },
  {
    name: 'candidate_hired',
    description: 'The candidate of an application was hired.',
    action: 'hire_candidate',
    resourceType: 'job_application',
    method: 'POST',
    path: '/job-applications/{id}/hire',
  },
  {
    name: 'job_created',
    description: 'A job was created.',
    action: 'create_job',
    resourceType: 'job',
    method: 'POST',
    path: '/jobs',
  },
  {
    name: 'job_updated',
    description: 'A job was changed or published.',
    action: 'update_job',
    resourceType: 'job',
    method: 'PATCH',
    path: '/jobs/{id}',
  },
  {
    name: 'job_closed',
    description: 'A job was closed, ran out or was deleted.',
    action: 'close_job',
    resourceType: 'job',
    method: 'POST',
    path: '/jobs/{id}/close',
  },
  {
    name: 'referral_created',
    description: 'Someone recommended a candidate.',
    action: 'create_referral',
    resourceType: 'referral',
    method: 'POST',
    path: '/referrals',
  },
  {
    name: 'note_added',
    description: 'A note was written on an application.',
    action: 'add_note',
    resourceType: 'note',
    method: 'POST',
    path: '/notes',
  },
  {
    name: 'user_created',
    description: 'A user was added to the account.',
    action: 'create_user',
    resourceType: 'user',
    method: 'POST',
    path: '/users',
  },
  {
    name: 'user_updated',
    description: "A user's profile was changed.",
    action: 'update_user',
    resourceType: 'user',
    method: 'PATCH',
    path: '/users/{id}',
  },
];

export const hatchbeaconMappings: readonly EventMapping[] = mappingRows(
  {
    'job.created': 'job_created',
    'job.updated': 'job_updated',
    'job.closed': 'job_closed',
    'application.submitted': 'job_application_created',
    'application.updated': 'job_application_updated',
    'application.stage_changed': 'application_status_changed',
    'application.hired': 'candidate_hired',
    'interview.scheduled': 'interview_scheduled',
    'interview.completed': 'interview_completed',
    'offer.sent': 'offer_sent',
    'offer.accepted': 'offer_accepted',
    'offer.declined': 'offer_rejected',
    'referral.created': 'referral_created',
    'note.created': 'note_added',
    'user.created': 'user_created',
    'user.updated': 'user_updated',
  },
  {
    'job.published': 'job_updated',
    'job.expired': 'job_closed',
    'job.deleted': 'job_closed',
    'application.rejected': 'application_status_changed',
    'application.withdrawn': 'application_status_changed',
  },
);
