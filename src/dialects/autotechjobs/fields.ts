import { bodyField, describePairs, type FieldDescription } from '../../ats/field-descriptions.js';
import { fieldMap, pair, sameNames, type FieldMap } from '../../ats/field-map.js';
import { wholeSeconds } from '../../ats/times.js';

/**
 * AutoTechJobs' data, entity by entity. The vendor documents the application and leaves the others open; those carry
 * the canonical names.
 */
const autotechjobsFields: Readonly<Record<string, FieldMap>> = {
  application: fieldMap([
    pair('application.id', 'application.id'),
    pair('application.job.id', 'application.job.id'),
    pair('application.job.title', 'application.job.title'),
    pair('application.job.company', 'application.job.company'),
    pair('application.candidate.id', 'application.candidate.id'),
    pair('application.candidate.name', 'application.candidate.name'),
    pair('application.candidate.email', 'application.candidate.email'),
    pair('application.status', 'application.status'),
    pair('application.applied_at', 'application.applied_at', wholeSeconds),
  ]),
  job: entityFields(
    'job',
    ['id', 'title', 'company', 'description', 'status', 'contract', 'period', 'salary', 'location', 'apply_url'],
    ['created_at', 'updated_at', 'published_at', 'expires_at', 'closed_at'],
  ),
  candidate: entityFields(
    'candidate',
    ['id', 'name', 'first_name', 'last_name', 'email', 'phone', 'headline', 'profile', 'location'],
    ['created_at', 'updated_at'],
  ),
  employer: entityFields(
    'employer',
    ['id', 'name', 'email', 'phone', 'website', 'description', 'industry', 'location'],
    ['created_at', 'updated_at'],
  ),
};

/** The map of the entity that a canonical type is about. */
export function fieldsOfType(type: string): FieldMap | null {
  const entity = type.split('.')[0] ?? '';
  return Object.hasOwn(autotechjobsFields, entity) ? (autotechjobsFields[entity] ?? null) : null;
}

/** The vendor's names begin with the entity, as the canonical ones do. */
export function describeAutoTechJobs(eventName: string): FieldDescription[] {
  return [
    bodyField('id', 'source.event_id'),
    bodyField('type', 'source.type'),
    bodyField('created_at', 'occurred_at'),
    ...describePairs(fieldsOfType(eventName)?.pairs ?? [], { vendor: 'data.', canonical: 'data.' }),
  ];
}

function entityFields(entity: string, names: readonly string[], times: readonly string[]): FieldMap {
  const named = (name: string) => `${entity}.${name}`;
  return fieldMap([...sameNames('', names.map(named)), ...sameNames('', times.map(named), wholeSeconds)]);
}
