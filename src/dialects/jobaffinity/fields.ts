import { application } from '../../ats/canonical/application.js';
import { subjectSchema } from '../../ats/canonical/schema-parts.js';
import { bodyField, describePairs, type FieldDescription, schemaPairs } from '../../ats/field-descriptions.js';
import { fieldMap, type FieldMap, pair, type Transform } from '../../ats/field-map.js';
import { milliseconds } from '../../ats/times.js';
import { dataSchemaOf } from '../../ats/event-types.js';
import { readSelf } from './self-path.js';

/** JobAffinity's fields: of the thin call, and of the application that the vendor's API documents and the hub fetches. */

const idOfSelf: Transform = { toCanonical: (value) => readSelf(value)?.id };
const curriculum: Transform = {
  toCanonical: (value) => (typeof value === 'string' && value !== '' ? [{ url: value, type: 'cv' }] : undefined),
};

/** Only those that the vendor names otherwise than the hub. */
const vendorPairs = [
  pair('date', 'application.applied_at', milliseconds),
  pair('route', 'application.source.type'),
  pair('latest_cv_url', 'application.files', curriculum),
  pair('step.id', 'application.stage.id'),
  pair('step.name', 'application.stage.name'),
  pair('step.status', 'application.status'),
];

/** What has an id of its own in the answer goes by that. */
const referencePairs = [
  pair('candidate._self', 'application.candidate.id', idOfSelf),
  pair('job._self', 'application.job.id', idOfSelf),
];

const canonicalPairs = schemaPairs(subjectSchema(application), 'application.');

const fetchedApplication = fieldMap([...referencePairs, ...canonicalPairs, ...vendorPairs]);

/** The map of a fetched resource. Canonical names are understood in all of them, since hubs serve these. */
export function fetchedFields(entity: string): FieldMap {
  if (entity === 'application') return fetchedApplication;
  const schema = dataSchemaOf(entity)?.properties?.[entity];
  return fieldMap(schema ? schemaPairs(schema, `${entity}.`) : []);
}

/** What is documented of a fetched application under the name that the hub uses too. */
const SAME_NAMES = new Set([
  'id',
  'candidate.id',
  'candidate.first_name',
  'candidate.last_name',
  'candidate.email',
  'job.id',
  'job.title',
  'job.status',
  'source.name',
]);

export function describeJobAffinity(): FieldDescription[] {
  const documented = canonicalPairs.filter(({ vendor }) => SAME_NAMES.has(vendor));
  return [
    bodyField('event', 'source.type'),
    bodyField('application._self', 'data.application.id'),
    bodyField('datetime', 'occurred_at'),
    ...describePairs([...documented, ...referencePairs, ...vendorPairs], { vendor: '', canonical: 'data.' }, 'fetched'),
  ];
}
