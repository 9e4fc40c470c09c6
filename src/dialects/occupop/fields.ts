import { bodyField, describePairs, type FieldDescription } from '../../ats/field-descriptions.js';
import { each, fieldMap, pair, sameNames, type FieldPair, type Transform } from '../../ats/field-map.js';
import { milliseconds } from '../../ats/times.js';
import { isJsonObject } from '../../common/json.js';

/** Occupop's two resources, field by field, in the order of its document. */

/** Documented as text throughout; a number or a flag of another vendor is written out. */
const asText: Transform = {
  toVendor: (value) => (typeof value === 'number' || typeof value === 'boolean' ? String(value) : value),
};

const fileFields = fieldMap(sameNames('', ['name', 'url']));

/** Occupop knows one file; of several it gets the first. */
const firstFile: Transform = {
  toVendor: (value) => {
    const file = Array.isArray(value) ? value[0] : value;
    return isJsonObject(file) ? fileFields.toVendor(file) : undefined;
  },
  toCanonical: (value) => (isJsonObject(value) ? [fileFields.toCanonical(value)] : undefined),
  inside: { pairs: fileFields.pairs, vendorIndex: '', canonicalIndex: '[0]' },
};

const labelFields = each(fieldMap([pair('uuid', 'id'), pair('name', 'name')]));

export const candidateResource = fieldMap([
  pair('uuid', 'application.id'),
  pair('status', 'application.status'),
  ...sameNames('application.candidate.', ['first_name', 'last_name', 'email', 'phone', 'profile']),
  pair('job_uuid', 'application.job.id'),
  pair('source_type', 'application.source.type'),
  pair('source_name', 'application.source.name'),
  ...locationFields('application.candidate.location'),
  pair('file', 'application.files', firstFile),
  pair('hiring_flow_step.uuid', 'application.stage.id'),
  pair('hiring_flow_step.name', 'application.stage.name'),
  pair('total_score', 'application.scores.total'),
  pair('ai_score', 'application.scores.ai'),
  pair('interview_score', 'application.scores.interview'),
  pair('questions_score', 'application.scores.questions'),
  pair('questions_form', 'application.questions_form'),
  pair('created_at', 'application.created_at', milliseconds),
  pair('updated_at', 'application.updated_at', milliseconds),
  pair('received_at', 'application.applied_at', milliseconds),
  pair('hired_at', 'application.hired_at', milliseconds),
  pair('starts_at', 'application.starts_at', milliseconds),
]);

export const jobResource = fieldMap([
  pair('uuid', 'job.id'),
  ...sameNames('job.', ['title', 'description']),
  ...locationFields('job.location'),
  pair('sectors', 'job.sectors', labelFields),
  pair('subsectors', 'job.subsectors', labelFields),
  ...sameNames('job.', ['contract', 'period']),
  pair('salary.type', 'job.salary.type'),
  pair('salary.period', 'job.salary.period'),
  pair('salary.start', 'job.salary.start', asText),
  pair('salary.end', 'job.salary.end', asText),
  pair('salary.details', 'job.salary.details'),
  pair('published', 'job.published', asText),
  pair('published_at', 'job.published_at', milliseconds),
  ...sameNames('job.', [
    'questions_form',
    'closed_for_applicants',
    'require_cv',
    'require_opt_in_for_job',
    'require_opt_in_for_database',
    'apply_url',
  ]),
  pair('unique_slug', 'job.slug'),
  pair('cv_upload_signed_url', 'job.cv_upload_signed_url'),
  pair('company_name', 'job.company'),
  pair('company_logo', 'job.company_logo'),
  pair('company_label_uuid', 'job.company_label_id'),
  pair('created_at', 'job.created_at', milliseconds),
]);

export function occupopFields(eventName: string): FieldDescription[] {
  const { pairs } = eventName.startsWith('JobResource') ? jobResource : candidateResource;
  return [
    bodyField('meta.event_name', 'source.type'),
    ...describePairs(pairs, { vendor: 'data.', canonical: 'data.' }),
  ];
}

function locationFields(canonical: string): FieldPair[] {
  return [
    pair('location.city', `${canonical}.city`),
    pair('location.state', `${canonical}.state`),
    pair('location.country', `${canonical}.country`),
    pair('location.city_id', `${canonical}.city_id`),
    pair('location.city_full_name', `${canonical}.full_name`),
    pair('location.city_lat', `${canonical}.lat`, asText),
    pair('location.city_lng', `${canonical}.lng`, asText),
    pair('location.country_short', `${canonical}.country_short`),
  ];
}
