import { STANDARD_POLICY } from '../../ats/delivery-policies.js';
import type { CanonicalEvent } from '../../ats/canonical-event.js';
import type { Dialect } from '../../ats/dialect.js';
import { mappingRows, vendorNames } from '../../ats/vendor-name.js';
import { isJsonObject } from '../../common/json.js';
import { encodeForOccupop, OCCUPOP } from './envelope.js';
import { occupopExample } from './examples.js';

const mappings = mappingRows(
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

const nameOf = vendorNames(OCCUPOP, mappings);

/** Occupop: whole resources, a job or a candidate in a job; unsigned. */
export const occupopDialect: Dialect = {
  name: OCCUPOP,
  title: 'Occupop',
  summary:
    'The whole resource on every event: a job, or a candidate in a job. Created means posted live, so drafts are ' +
    'not told.',
  events: [
    { name: 'JobResource_created', description: 'A job was posted live.' },
    { name: 'JobResource_updated', description: 'A job was changed, closed or ran out.' },
    { name: 'CandidateResource_created', description: 'A job received a candidate.' },
    { name: 'CandidateResource_updated', description: 'Details of a candidate were changed.' },
    { name: 'CandidateResource_status_updated', description: 'A candidate moved on, was hired, rejected or withdrew.' },
  ],
  mappings,
  subscriptionRules: {
    canonicalNames: false,
    entityWildcards: false,
    customEvents: false,
    singleEvent: false,
    httpsOnly: false,
    reservedHeaders: [],
  },
  signature: { header: null, description: 'None of its own: the Standard Webhooks headers alone.' },
  policy: STANDARD_POLICY,

  nameOf: (event) => (isDraft(event) ? null : nameOf(event)),

  encode: encodeForOccupop,

  sign: () => ({}),

  exampleOf: occupopExample,
};

/** To Occupop a job is created when it is posted live; what came from Occupop itself is never doubted. */
function isDraft(event: CanonicalEvent): boolean {
  if (event.type !== 'job.created' || event.source.dialect === OCCUPOP) return false;
  return isJsonObject(event.data.job) && event.data.job.state === 'draft';
}
