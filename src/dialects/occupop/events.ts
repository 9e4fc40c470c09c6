import type { DialectEvent, EventMapping } from '../../ats/dialect.js';
import { mappingRows } from '../../ats/vendor-name.js';

/** Occupop's five events and the canonical types they stand for. */
export const occupopEvents: readonly DialectEvent[] = [
  { name: 'JobResource_created', description: 'A job was posted live.' },
  { name: 'JobResource_updated', description: 'A job was changed, closed or ran out.' },
  { name: 'CandidateResource_created', description: 'A job received a candidate.' },
  { name: 'CandidateResource_updated', description: 'Details of a candidate were changed.' },
  { name: 'CandidateResource_status_updated', description: 'A candidate moved on, was hired, rejected or withdrew.' },
];

export const occupopMappings: readonly EventMapping[] = mappingRows(
  {
    'job.created': 'JobResource_created',
    'job.updated': 'JobResource_updated',
    'application.submitted': 'CandidateResource_created',
    'application.updated': 'CandidateResource_updated',
    'application.stage_changed': 'CandidateResource_status_updated',
  },
  {
    'job.published': 'JobResource_created',
    'job.closed': 'JobResource_updated',
    'job.expired': 'JobResource_updated',
    'application.rejected': 'CandidateResource_status_updated',
    'application.withdrawn': 'CandidateResource_status_updated',
    'application.hired': 'CandidateResource_status_updated',
  },
);
