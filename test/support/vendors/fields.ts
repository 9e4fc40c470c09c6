import { greenhouseFields } from './fields-greenhouse.js';

/**
 * Where each document has what, written apart from the code and from the documents alone: a vendor's path, and that of
 * the same thing in canonical data. `[]` is any item of a list, `[0]` the first; below what is named everything is the
 * same. Who did it is below `@actor`, which is not in the data.
 */
export type Field = readonly [vendor: string, canonical: string];

export interface WrittenEvent {
  readonly dialect: string;
  /** The vendor's. */
  readonly eventName: string;
  /** The hub's. */
  readonly type: string;
}

export function fieldsOf(event: WrittenEvent): readonly Field[] {
  switch (event.dialect) {
    case 'standard':
      return [['data', '']];
    case 'autotechjobs':
      return autotechjobsFields(event);
    case 'jobaffinity':
      return [['application._self', 'application.id']];
    case 'hatchbeacon':
      return hatchbeaconFields(event);
    case 'resthooks':
      return [['[0]', 'employee']];
    case 'occupop':
      return event.eventName.startsWith('Job') ? occupopJob : occupopCandidate;
    case 'greenhouse':
      return greenhouseFields(event);
    default:
      throw new Error(`Nobody wrote down the fields of ${event.dialect}.`);
  }
}

/** Of the application that JobAffinity's API shows. */
export const jobaffinityApplication: readonly Field[] = [
  ['id', 'application.id'],
  ['candidate.id', 'application.candidate.id'],
  ...same('candidate.', 'application.candidate.', ['first_name', 'last_name', 'email']),
  ['job._self', 'application.job.id'],
  ...same('job.', 'application.job.', ['title', 'status']),
  ['date', 'application.applied_at'],
  ['route', 'application.source.type'],
  ['source.name', 'application.source.name'],
  ['latest_cv_url', 'application.files[0].url'],
  ['step.id', 'application.stage.id'],
  ['step.name', 'application.stage.name'],
  ['step.status', 'application.status'],
];

const AUTOTECHJOBS_APPLICATION: readonly Field[] = same('data.', '', [
  'application.id',
  'application.job.id',
  'application.job.title',
  'application.job.company',
  'application.candidate.id',
  'application.candidate.name',
  'application.candidate.email',
  'application.status',
  'application.applied_at',
]);

/** The document leaves these open: they have the canonical names. */
const AUTOTECHJOBS_OTHERS: Readonly<Record<string, readonly string[]>> = {
  job: [
    ...['id', 'title', 'company', 'description', 'status', 'contract', 'period', 'salary', 'location', 'apply_url'],
    ...['created_at', 'updated_at', 'published_at', 'expires_at', 'closed_at'],
  ],
  candidate: [
    ...['id', 'name', 'first_name', 'last_name', 'email', 'phone', 'headline', 'profile', 'location'],
    ...['created_at', 'updated_at'],
  ],
  employer: [
    ...['id', 'name', 'email', 'phone', 'website', 'description', 'industry', 'location'],
    ...['created_at', 'updated_at'],
  ],
};

function autotechjobsFields({ eventName }: WrittenEvent): readonly Field[] {
  const entity = eventName.split('.')[0] ?? '';
  if (entity === 'application') return AUTOTECHJOBS_APPLICATION;
  return same(`data.${entity}.`, `${entity}.`, AUTOTECHJOBS_OTHERS[entity] ?? []);
}

/** What an entry of the log is about, and where that has its candidate and its job. */
const HATCHBEACON_SUBJECTS: readonly (readonly [events: RegExp, subject: string, holder: string])[] = [
  [/^(job_application_|application_|candidate_hired)/, 'application', 'application.'],
  [/^interview_/, 'interview', 'interview.application.'],
  [/^offer_/, 'offer', 'offer.application.'],
  [/^note_/, 'note', 'note.application.'],
  [/^referral_/, 'referral', 'referral.'],
  [/^job_(created|updated|closed)/, 'job', ''],
  [/^user_/, 'user', ''],
];

function hatchbeaconFields({ eventName }: WrittenEvent): readonly Field[] {
  const [, subject = '', holder = ''] = HATCHBEACON_SUBJECTS.find(([events]) => events.test(eventName)) ?? [];
  return [
    ['data.log.resourceId', `${subject}.id`],
    ['data.log.userId', '@actor.id'],
    ['data.log.userName', '@actor.name'],
    ['data.log.userEmail', '@actor.email'],
    ...(holder === '' ? [] : [['data.details.candidateName', `${holder}candidate.name`] as const]),
    ...(subject === 'user'
      ? []
      : [['data.details.jobTitle', holder === '' ? 'job.title' : `${holder}job.title`] as const]),
  ];
}

const occupopCandidate: readonly Field[] = [
  ['data.uuid', 'application.id'],
  ['data.status', 'application.status'],
  ...same('data.', 'application.candidate.', ['first_name', 'last_name', 'email', 'phone', 'profile']),
  ['data.job_uuid', 'application.job.id'],
  ['data.source_type', 'application.source.type'],
  ['data.source_name', 'application.source.name'],
  ...occupopLocation('application.candidate.location'),
  ['data.file.name', 'application.files[0].name'],
  ['data.file.url', 'application.files[0].url'],
  ['data.hiring_flow_step.uuid', 'application.stage.id'],
  ['data.hiring_flow_step.name', 'application.stage.name'],
  ['data.total_score', 'application.scores.total'],
  ['data.ai_score', 'application.scores.ai'],
  ['data.interview_score', 'application.scores.interview'],
  ['data.questions_score', 'application.scores.questions'],
  ['data.questions_form', 'application.questions_form'],
  ...same('data.', 'application.', ['created_at', 'updated_at', 'hired_at', 'starts_at']),
  ['data.received_at', 'application.applied_at'],
];

const occupopJob: readonly Field[] = [
  ['data.uuid', 'job.id'],
  ...same('data.', 'job.', ['title', 'description', 'contract', 'period', 'published', 'published_at', 'created_at']),
  ...occupopLocation('job.location'),
  ['data.sectors[].uuid', 'job.sectors[].id'],
  ['data.sectors[].name', 'job.sectors[].name'],
  ['data.subsectors[].uuid', 'job.subsectors[].id'],
  ['data.subsectors[].name', 'job.subsectors[].name'],
  ...same('data.salary.', 'job.salary.', ['type', 'period', 'start', 'end', 'details']),
  ...same('data.', 'job.', ['questions_form', 'closed_for_applicants', 'require_cv', 'require_opt_in_for_job']),
  ...same('data.', 'job.', ['require_opt_in_for_database', 'apply_url', 'company_logo', 'cv_upload_signed_url']),
  ['data.unique_slug', 'job.slug'],
  ['data.company_name', 'job.company'],
  ['data.company_label_uuid', 'job.company_label_id'],
];

function occupopLocation(canonical: string): Field[] {
  return [
    ...same('data.location.', `${canonical}.`, ['city', 'state', 'country', 'city_id', 'country_short']),
    ['data.location.city_full_name', `${canonical}.full_name`],
    ['data.location.city_lat', `${canonical}.lat`],
    ['data.location.city_lng', `${canonical}.lng`],
  ];
}

/** Fields that both call the same. */
export function same(vendor: string, canonical: string, names: readonly string[]): Field[] {
  return names.map((name) => [vendor + name, canonical + name]);
}
