import type { DialectEvent, EventMapping } from '../../ats/dialect.js';
import { mappingRows } from '../../ats/vendor-name.js';

/** AutoTechJobs' eleven events and the canonical types they stand for. */
export const autotechjobsEvents: readonly DialectEvent[] = [
  { name: 'job.created', description: 'A job was created.' },
  { name: 'job.updated', description: 'A job was changed or published.' },
  { name: 'job.expired', description: 'A job ran out or was closed.' },
  { name: 'job.deleted', description: 'A job was deleted.' },
  { name: 'application.submitted', description: 'A candidate applied for a job.' },
  {
    name: 'application.status_updated',
    description: 'An application has another status: rejected and hired included.',
  },
  { name: 'application.withdrawn', description: 'A candidate withdrew an application.' },
  { name: 'candidate.registered', description: 'A candidate signed up.' },
  { name: 'candidate.profile_updated', description: 'A candidate changed the profile.' },
  { name: 'employer.registered', description: 'An employer signed up.' },
  { name: 'employer.profile_updated', description: 'An employer changed the profile.' },
];

export const autotechjobsMappings: readonly EventMapping[] = mappingRows(
  {
    'job.created': 'job.created',
    'job.updated': 'job.updated',
    'job.expired': 'job.expired',
    'job.deleted': 'job.deleted',
    'application.submitted': 'application.submitted',
    'application.stage_changed': 'application.status_updated',
    'application.withdrawn': 'application.withdrawn',
    'candidate.created': 'candidate.registered',
    'candidate.updated': 'candidate.profile_updated',
    'employer.created': 'employer.registered',
    'employer.updated': 'employer.profile_updated',
  },
  {
    'job.published': 'job.updated',
    'job.closed': 'job.expired',
    'application.rejected': 'application.status_updated',
    'application.hired': 'application.status_updated',
  },
);
