import type { JsonObject } from '../../common/json.js';

/** A payload for each of Greenhouse's events: every field that its document shows, about made-up people. */

const APPLIED_AT = '2025-04-10T20:32:13Z';
const MONTH_BEFORE = '2025-03-11T09:15:00Z';

const recruiter: JsonObject = { id: 3127, email: 'ada.byrne@example.com', name: 'Ada Byrne', employee_id: 'E-0117' };

function customField(name: string, value: string | null): JsonObject {
  return { [name.toLowerCase().replaceAll(' ', '_')]: { name, type: 'short_text', value } };
}

const candidate: JsonObject = {
  id: 60304594,
  first_name: 'Jane',
  last_name: 'Smith',
  title: 'Front-end Developer',
  company: 'Acme Web Ltd',
  created_at: MONTH_BEFORE,
  external_id: null,
  photo_url: null,
  url: 'https://app.greenhouse.io/people/60304594',
  is_private: false,
  can_email: true,
  phone_numbers: [{ value: '+353 1 555 0123', type: 'mobile' }],
  email_addresses: [
    { value: 'jane.smith@example.com', type: 'personal' },
    { value: 'jane@work.example.com', type: 'work' },
  ],
  addresses: [{ value: '1 Main Street\nCork, Ireland', type: 'home' }],
  website_addresses: [{ value: 'https://jane.example.com', type: 'personal' }],
  social_media_addresses: [{ value: '@jane.example' }],
  educations: [
    {
      school_name: 'Example University',
      degree: "Bachelor's Degree",
      discipline: 'Computer Science',
      start_date: '09/15/2012',
      end_date: '05/15/2016',
    },
  ],
  employments: [{ company_name: 'Acme Web Ltd', title: 'Developer', start_date: '06/01/2016', end_date: null }],
  recruiter,
  coordinator: null,
  attachments: [
    { filename: 'jane-smith.pdf', url: 'https://files.example.com/jane-smith.pdf?signature=abc', type: 'resume' },
  ],
  tags: ['React'],
  custom_fields: customField('Desired Level', 'Senior'),
};

const departments: JsonObject[] = [{ id: 8717, name: 'Engineering', external_id: 'D-7' }];
const offices: JsonObject[] = [{ id: 16478, name: 'Dublin', location: 'Dublin, Ireland', external_id: null }];

const job: JsonObject = {
  id: 274075,
  name: 'Senior React Developer',
  requisition_id: 'R-2025-14',
  notes: 'Build & run the <b>front end</b>.',
  confidential: false,
  job_post_id: 263533,
  status: 'open',
  created_by_id: 3127,
  created_at: MONTH_BEFORE,
  opened_at: '2025-03-12T08:00:00Z',
  closed_at: null,
  url: 'https://app.greenhouse.io/sdash/274075',
  departments,
  offices,
  hiring_team: {
    hiring_managers: [{ user_id: 3128, employee_id: 'E-0042' }],
    sourcers: [],
    recruiters: [{ user_id: 3127, employee_id: 'E-0117' }],
    coordinators: [],
  },
  custom_fields: customField('Employment Type', 'Full-time'),
};
const openings: JsonObject[] = [{ id: 1234, opening_id: 'R-2025-14-1', custom_fields: {} }];

const source: JsonObject = { id: 16, name: 'Example Jobs' };
const publicSource: JsonObject = { id: 16, public_name: 'Example Jobs' };

const application: JsonObject = {
  id: 71980812,
  rejected_at: null,
  prospect: false,
  status: 'active',
  applied_at: APPLIED_AT,
  last_activity_at: APPLIED_AT,
  url: 'https://app.greenhouse.io/people/60304594?application_id=71980812',
  source,
  credited_to: recruiter,
  rejection_reason: null,
  rejection_details: null,
  current_stage: {
    id: 2944102,
    name: 'Phone Interview',
    interviews: [
      {
        id: 4368004,
        name: 'Screening Call',
        status: 'to_be_scheduled',
        interview_kit: {
          url: 'https://app.greenhouse.io/guides/4368142/people/60304594',
          content: '<p>Ask about testing.</p>',
          questions: [{ id: 3136352, question: 'What did you build last?' }],
        },
        interviewers: [{ id: 3128, display_name: 'Liam Kelly', status: 'tentative' }],
      },
    ],
  },
  prospect_detail: { prospect_pool: null, prospect_stage: null, prospect_owner: null },
  custom_fields: customField('Notice Period', 'One month'),
  candidate,
  jobs: [job],
};

const hired: JsonObject = {
  ...application,
  status: 'hired',
  source: publicSource,
  opening: { opening_id: 'R-2025-14-1', custom_fields: {} },
  job: {
    id: 274075,
    name: 'Senior React Developer',
    open_date: '2025-03-12T08:00:00Z',
    close_date: null,
    requisition_id: 'R-2025-14',
    departments,
    offices,
    custom_fields: customField('Employment Type', 'Full-time'),
  },
  offer: {
    id: 506409,
    version: 2,
    created_at: '2025-04-20T10:00:00Z',
    sent_at: '2025-04-22',
    resolved_at: '2025-04-25T16:20:00Z',
    starts_at: '2025-06-02',
    custom_fields: customField('Bonus', null),
  },
};

const rejected: JsonObject = {
  ...application,
  status: 'rejected',
  rejected_at: '2025-04-14T11:00:00Z',
  last_activity_at: '2025-04-14T11:00:00Z',
  source: publicSource,
  rejection_reason: { id: 14, name: 'Too junior', type: { id: 1, name: 'We rejected them' } },
  rejection_details: { custom_fields: customField('Would Hire Later', 'yes') },
};

const person: JsonObject = {
  id: 60304594,
  first_name: 'Jane',
  last_name: 'Smith',
  company: 'Acme Web Ltd',
  title: 'Front-end Developer',
  created_at: MONTH_BEFORE,
  headline: 'Builds what people click',
  is_private: false,
  recruiter_user_id: 3127,
  coordinator_user_id: null,
  can_email: true,
};

const offer: JsonObject = {
  id: 506409,
  application_id: 71980812,
  job_id: 274075,
  user_id: 3127,
  version: 1,
  sent_on: null,
  resolved_at: null,
  start_date: '06/02/2025',
  notes: 'On leave in the first week of July.',
  offer_status: 'Created',
  custom_fields: customField('Bonus', null),
};

const jobPost: JsonObject = {
  id: 263533,
  title: 'Senior React Developer',
  location: 'Dublin, Ireland',
  content: '<p>Build &amp; run the front end of our marketplace.</p>',
  internal_content: null,
  updated_at: '2025-03-12T08:00:00Z',
  job_id: 274075,
  external: true,
  internal: false,
  live: true,
  questions: [{ required: false, private: false, label: 'Website', type: 'input_text', values: [] }],
};

export const EXAMPLE_PAYLOADS: Readonly<Record<string, JsonObject>> = {
  new_candidate_application: { application },
  delete_application: {
    application: {
      id: 71980812,
      candidate_id: 60304594,
      job_id: 274075,
      created_at: APPLIED_AT,
      source_id: 16,
      candidate_rejection_reason_id: null,
      rejection_note_id: null,
      rejected_at: null,
      referrer_id: 3127,
      prospect: false,
      rejected_by_user_id: null,
    },
  },
  application_updated: { application },
  offer_created: offer,
  offer_approved: offer,
  offer_updated: { ...offer, resolved_at: '2025-04-22T09:00:00Z', offer_status: 'Deprecated' },
  offer_deleted: { offer: offerToDelete() },
  new_prospect_application: {
    application: { ...application, prospect: true, source: publicSource, current_stage: null },
  },
  delete_candidate: { person: { ...person, deleted_application_ids: [71980812] } },
  hire_candidate: { application: hired },
  merge_candidate: { person: { ...person, new_candidate_id: 60309999 } },
  candidate_stage_change: { application },
  unhire_candidate: { application: { ...application, source: publicSource } },
  reject_candidate: { application: rejected },
  unreject_candidate: { application: { ...application, source: publicSource } },
  update_candidate: { candidate },
  candidate_anonymized: { candidate_id: 60304594, anonymized_fields: ['full_name', 'email_addresses'] },
  interview_deleted: { interview: { id: 31087450 } },
  scorecard_deleted: {
    scorecard: {
      id: 6036088,
      candidate_id: 60304594,
      interviewed_at: '2025-04-15T13:00:00Z',
      created_at: '2025-04-15T14:05:00Z',
      updated_at: '2025-04-15T14:05:00Z',
      scorecard_status: 'complete',
    },
  },
  job_created: { job: { ...job, openings } },
  job_deleted: { job: { id: 274075, name: 'Senior React Developer' } },
  job_updated: { job: { ...job, openings } },
  job_approved: { approval_flow: { approval_flow_type: 'open_job' }, job: { ...job, openings } },
  job_post_created: jobPost,
  job_post_updated: jobPost,
  job_post_deleted: { job_post: { ...jobPost, live: false } },
  job_interview_stage_deleted: {
    job_interview_stage: {
      id: 430608,
      job_id: 274075,
      created_at: MONTH_BEFORE,
      updated_at: APPLIED_AT,
      name: 'Phone Interview',
      active: true,
    },
  },
  department_deleted: {
    department: { id: 8717, name: 'Engineering', child_ids: [8718], parent_id: null, external_id: 'D-7' },
  },
  office_deleted: {
    office: {
      id: 16478,
      name: 'Dublin',
      location: { name: 'Dublin, Ireland' },
      child_ids: [],
      parent_id: null,
      external_id: null,
    },
  },
};

function offerToDelete(): JsonObject {
  const { user_id: userId, start_date: _startDate, custom_fields: _customFields, ...rest } = offer;
  return { ...rest, offering_user_id: userId ?? null };
}
