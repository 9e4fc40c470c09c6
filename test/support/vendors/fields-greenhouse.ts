import type { Field, WrittenEvent } from './fields.js';

/** Where Greenhouse's document has what. */

export function greenhouseFields({ eventName, type }: WrittenEvent): readonly Field[] {
  switch (eventName) {
    case 'new_candidate_application':
    case 'application_updated':
    case 'candidate_stage_change':
    case 'unhire_candidate':
    case 'unreject_candidate':
    case 'reject_candidate':
    case 'hire_candidate':
      return below('payload.application', 'application', applicationFields(type));
    case 'new_prospect_application':
      return below('payload.application.candidate', 'candidate', candidateWithFiles);
    case 'update_candidate':
      return below('payload.candidate', 'candidate', candidateWithFiles);
    case 'delete_candidate':
      return below('payload.person', 'candidate', [...nameFields, ['created_at', 'created_at']]);
    case 'merge_candidate':
      return below('payload.person', 'candidate', [
        ['id', 'merged_ids[0]'],
        ['new_candidate_id', 'id'],
      ]);
    case 'candidate_anonymized':
      return [['payload.candidate_id', 'candidate.id']];
    case 'interview_deleted':
      return [['payload.interview.id', 'interview.id']];
    case 'job_deleted':
      return below('payload.job', 'job', jobFields.slice(0, 2));
    case 'job_created':
    case 'job_updated':
    case 'job_approved':
      return below('payload.job', 'job', jobFields);
    case 'job_post_created':
    case 'job_post_updated':
      return below('payload', 'job', jobPostFields);
    case 'job_post_deleted':
      return below('payload.job_post', 'job', jobPostFields);
    case 'offer_created':
    case 'offer_approved':
    case 'offer_updated':
      return below('payload', 'offer', offerFields(type));
    case 'offer_deleted':
      return below('payload.offer', 'offer', offerFields(type));
    case 'delete_application':
      return below('payload.application', 'application', [
        ['id', 'id'],
        ['candidate_id', 'candidate.id'],
        ['job_id', 'job.id'],
        ['created_at', 'created_at'],
        ['rejected_at', 'rejected_at'],
      ]);
    case 'scorecard_deleted':
      return below('payload.scorecard', 'scorecard', [
        ['id', 'id'],
        ['candidate_id', 'candidate.id'],
        ['interviewed_at', 'interview.starts_at'],
      ]);
    default:
      return [['payload', '']];
  }
}

const nameFields: readonly Field[] = [
  ['id', 'id'],
  ['first_name', 'first_name'],
  ['last_name', 'last_name'],
  ['title', 'headline'],
];

const candidateFields: readonly Field[] = [
  ...nameFields,
  ['created_at', 'created_at'],
  ['phone_numbers[0].value', 'phone'],
  ['email_addresses[0].value', 'email'],
  ['addresses[0].value', 'location.full_name'],
  ['tags[]', 'tags[]'],
];

const candidateWithFiles: readonly Field[] = [...candidateFields, ...files('attachments', 'files')];

const placeFields: readonly Field[] = [
  ['departments[0].name', 'department'],
  ['offices[0].location', 'location.full_name'],
];

const jobFields: readonly Field[] = [
  ['id', 'id'],
  ['name', 'title'],
  ['status', 'status'],
  ['created_at', 'created_at'],
  ['opened_at', 'published_at'],
  ['closed_at', 'closed_at'],
  ...placeFields,
  ['hiring_team.hiring_managers[0].user_id', 'hiring_manager.id'],
];

const jobPostFields: readonly Field[] = [
  ['job_id', 'id'],
  ['title', 'title'],
  ['location', 'location.full_name'],
  ['content', 'description'],
  ['live', 'published'],
  ['questions', 'questions_form'],
  ['updated_at', 'updated_at'],
];

function applicationFields(type: string): Field[] {
  return [
    ['id', 'id'],
    ['status', 'status'],
    ['applied_at', 'applied_at'],
    ['rejected_at', type === 'application.withdrawn' ? 'withdrawn_at' : 'rejected_at'],
    ['last_activity_at', 'updated_at'],
    ['source.name', 'source.name'],
    ['source.public_name', 'source.name'],
    ['rejection_reason.name', 'rejection_reason'],
    ['current_stage.id', 'stage.id'],
    ['current_stage.name', 'stage.name'],
    ...below('candidate', 'candidate', candidateFields),
    ...files('candidate.attachments', 'files'),
    ...below('jobs[0]', 'job', jobFields),
    ...(type === 'application.hired' ? hireFields : []),
  ];
}

/** The offer that was accepted, and the job a second time. */
const hireFields: readonly Field[] = [
  ...below('job', 'job', [
    ['id', 'id'],
    ['name', 'title'],
    ['open_date', 'published_at'],
    ['close_date', 'closed_at'],
    ...placeFields,
  ]),
  ['offer.resolved_at', 'hired_at'],
  ['offer.starts_at', 'starts_at'],
];

const RESOLVED: Readonly<Record<string, string>> = {
  'offer.accepted': 'accepted_at',
  'offer.declined': 'declined_at',
  'offer.withdrawn': 'withdrawn_at',
};

function offerFields(type: string): Field[] {
  const resolved = RESOLVED[type];
  return [
    ['id', 'id'],
    ['application_id', 'application.id'],
    ['job_id', 'application.job.id'],
    ['sent_on', 'sent_at'],
    ['start_date', 'starts_at'],
    ['offer_status', 'status'],
    ...(resolved === undefined ? [] : [['resolved_at', resolved] as const]),
  ];
}

function files(vendor: string, canonical: string): Field[] {
  return [
    [`${vendor}[].filename`, `${canonical}[].name`],
    [`${vendor}[].url`, `${canonical}[].url`],
    [`${vendor}[].type`, `${canonical}[].type`],
  ];
}

function below(vendor: string, canonical: string, fields: readonly Field[]): Field[] {
  return fields.map(([from, to]) => [`${vendor}.${from}`, `${canonical}.${to}`]);
}
