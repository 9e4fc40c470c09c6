import type { JsonObject, JsonValue } from '../../src/common/json.js';

/** Bodies as Greenhouse documents them: every field of its examples, about other people. */

const recruiter: JsonObject = { id: 3127, email: 'ada.byrne@example.com', name: 'Ada Byrne', employee_id: 'E-0117' };
const departments: JsonValue = [{ id: 8717, name: 'Engineering', external_id: 'D-7' }];
const offices: JsonValue = [{ id: 16478, name: 'Dublin', location: 'Dublin, Ireland', external_id: null }];
const jobFields: JsonObject = { employment_type: { name: 'Employment Type', type: 'short_text', value: 'Full-time' } };

const candidate: JsonObject = {
  id: 60304594,
  first_name: 'Jane',
  last_name: 'Smith',
  title: 'Front-end Developer',
  company: 'Acme Web Ltd',
  created_at: '2025-03-11T09:15:00Z',
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
  custom_fields: { desired_level: { name: 'Desired Level', type: 'short_text', value: 'Senior' } },
};

const job: JsonObject = {
  id: 274075,
  name: 'Senior React Developer',
  requisition_id: 'R-2025-14',
  notes: 'Build & run the <b>front end</b>.',
  confidential: false,
  job_post_id: 263533,
  status: 'open',
  created_by_id: 3127,
  created_at: '2025-03-11T09:15:00Z',
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
  custom_fields: jobFields,
};

const application: JsonObject = {
  id: 71980812,
  rejected_at: null,
  prospect: false,
  status: 'active',
  applied_at: '2025-04-10T20:32:13Z',
  last_activity_at: '2025-04-10T20:32:13Z',
  url: 'https://app.greenhouse.io/people/60304594?application_id=71980812',
  source: { id: 16, name: 'Example Jobs' },
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
  custom_fields: { notice_period: { name: 'Notice Period', type: 'short_text', value: 'One month' } },
  candidate,
  jobs: [job],
};

const PAYLOADS: Readonly<Record<string, JsonObject>> = {
  new_candidate_application: { application },
  offer_updated: {
    id: 506409,
    application_id: 71980812,
    job_id: 274075,
    user_id: 3127,
    version: 1,
    sent_on: null,
    resolved_at: '2025-04-22T09:00:00Z',
    start_date: '06/02/2025',
    notes: 'On leave in the first week of July.',
    offer_status: 'Deprecated',
    custom_fields: { bonus: { name: 'Bonus', type: 'short_text', value: null } },
  },
  hire_candidate: {
    application: {
      ...application,
      status: 'hired',
      source: { id: 16, public_name: 'Example Jobs' },
      opening: { opening_id: 'R-2025-14-1', custom_fields: {} },
      job: {
        id: 274075,
        name: 'Senior React Developer',
        open_date: '2025-03-12T08:00:00Z',
        close_date: null,
        requisition_id: 'R-2025-14',
        departments,
        offices,
        custom_fields: jobFields,
      },
      offer: {
        id: 506409,
        version: 2,
        created_at: '2025-04-20T10:00:00Z',
        sent_at: '2025-04-22',
        resolved_at: '2025-04-25T16:20:00Z',
        starts_at: '2025-06-02',
        custom_fields: { bonus: { name: 'Bonus', type: 'short_text', value: null } },
      },
    },
  },
  merge_candidate: {
    person: {
      id: 60304594,
      first_name: 'Jane',
      last_name: 'Smith',
      company: 'Acme Web Ltd',
      title: 'Front-end Developer',
      created_at: '2025-03-11T09:15:00Z',
      headline: 'Builds what people click',
      is_private: false,
      recruiter_user_id: 3127,
      coordinator_user_id: null,
      can_email: true,
      new_candidate_id: 60309999,
    },
  },
  update_candidate: { candidate },
  candidate_anonymized: { candidate_id: 60304594, anonymized_fields: ['full_name', 'email_addresses'] },
  interview_deleted: { interview: { id: 31087450 } },
  job_created: { job: { ...job, openings: [{ id: 1234, opening_id: 'R-2025-14-1', custom_fields: {} }] } },
  job_post_created: {
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
  },
};

export const GREENHOUSE_BODIES: Readonly<Record<string, JsonValue>> = Object.fromEntries(
  Object.entries(PAYLOADS).map(([action, payload]) => [action, { action, payload }]),
);
