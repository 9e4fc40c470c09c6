import { bodyField, describePairs, type FieldDescription } from '../../ats/field-descriptions.js';
import { fieldMap, type FieldMap, type FieldPair, pair } from '../../ats/field-map.js';
import { typesByVendorName } from '../../ats/vendor-name.js';
import { hatchbeaconMappings } from './events.js';

/** Where HatchBeacon's log entry and its details stand in the canonical event. */

/** What the log's `resourceType` names. */
const ENTITY_BY_RESOURCE_TYPE: ReadonlyMap<string, string> = new Map([
  ['job', 'job'],
  ['job_application', 'application'],
  ['application', 'application'],
  ['candidate', 'candidate'],
  ['interview', 'interview'],
  ['offer', 'offer'],
  ['referral', 'referral'],
  ['note', 'note'],
  ['user', 'user'],
]);

/** Where an event's subject holds what else the log entry may be about. */
const HOLDERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  job: {},
  application: { candidate: 'candidate', job: 'job' },
  interview: { application: 'application', candidate: 'application.candidate', job: 'application.job' },
  offer: { application: 'application', candidate: 'application.candidate', job: 'application.job' },
  note: { application: 'application', candidate: 'application.candidate', job: 'application.job' },
  referral: { candidate: 'candidate', job: 'job' },
  user: {},
  candidate: {},
};

/** `log.user…`, below `data`: who did it. */
export const actorFields = fieldMap([
  pair('log.userId', 'id'),
  pair('log.userName', 'name'),
  pair('log.userEmail', 'email'),
]);

/** What HatchBeacon alone knows, kept as the event's extension. */
export const extensionFields = fieldMap([
  pair('log.action', 'action'),
  pair('log.resourceType', 'resource_type'),
  pair('details.method', 'method'),
  pair('details.path', 'path'),
]);

const TYPES = typesByVendorName(hatchbeaconMappings);

export function entityOfResourceType(resourceType: string | null): string | null {
  return ENTITY_BY_RESOURCE_TYPE.get(resourceType ?? '') ?? null;
}

/**
 * The map of `data` for a subject. When the entry was logged about something that belongs to the subject, as a note
 * about its application, its id is that thing's too.
 */
export function detailFields(subject: string, loggedAbout: string | null = null): FieldMap {
  const holders = HOLDERS[subject] ?? {};
  const below = (path: string) => `${subject}.${path}`;
  const pairs: FieldPair[] = [pair('log.resourceId', below('id'))];
  const related = loggedAbout === null ? undefined : holders[loggedAbout];
  if (related !== undefined) pairs.push(pair('log.resourceId', below(`${related}.id`)));
  const candidate = subject === 'candidate' ? '' : holders.candidate;
  if (candidate !== undefined) pairs.push(pair('details.candidateName', below(joined(candidate, 'name'))));
  const job = subject === 'job' ? '' : holders.job;
  if (job !== undefined) pairs.push(pair('details.jobTitle', below(joined(job, 'title'))));
  return fieldMap(pairs);
}

export function describeHatchBeacon(eventName: string): FieldDescription[] {
  const subject = (TYPES.get(eventName) ?? '').split('.')[0] ?? '';
  return [
    bodyField('event', 'source.type'),
    bodyField('timestamp', 'occurred_at'),
    bodyField('data.log.timestamp', 'occurred_at'),
    ...describePairs(actorFields.pairs, { vendor: 'data.', canonical: 'actor.' }),
    ...describePairs(detailFields(subject).pairs, { vendor: 'data.', canonical: 'data.' }),
    ...describePairs(extensionFields.pairs, { vendor: 'data.', canonical: 'extensions.hatchbeacon.' }),
  ];
}

function joined(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
