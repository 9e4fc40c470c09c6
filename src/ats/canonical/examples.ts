import type { JsonObject } from '../../common/json.js';

/** The made-up people and things that the examples of canonical events are about. */

export const EXAMPLE_TIME = '2025-04-10T20:32:13.000Z';

export const exampleActor = { id: 'user_204', name: 'John Doe', email: 'john.doe@example.com' };

export const exampleJob: JsonObject = {
  id: 'job_1001',
  title: 'Senior React Developer',
  description: 'Build and run the front end of our marketplace.',
  status: 'live',
  state: 'open',
  company: 'Tech Innovations Ltd',
  location: {
    city: 'Dublin',
    state: 'Leinster',
    country: 'Ireland',
    country_short: 'IE',
    full_name: 'Dublin, Leinster, Ireland',
    lat: 53.3498,
    lng: -6.2603,
  },
  sectors: [{ id: 'sec_12', name: 'Information technology' }],
  subsectors: [{ id: 'sub_34', name: 'Web development' }],
  contract: 'permanent',
  period: 'full-time',
  salary: { type: 'range', period: 'year', start: 70000, end: 85000, currency: 'EUR' },
  apply_url: 'https://jobs.example.com/senior-react-developer',
  slug: 'senior-react-developer',
  created_at: '2025-04-01T09:00:00.000Z',
  published_at: '2025-04-02T08:00:00.000Z',
};

export const exampleCandidate: JsonObject = {
  id: 'cand_2002',
  first_name: 'Jane',
  last_name: 'Smith',
  email: 'jane.smith@example.com',
  phone: '+353 1 555 0123',
  headline: 'Front-end developer',
  location: { city: 'Cork', country: 'Ireland', country_short: 'IE' },
};

const jobReference: JsonObject = { id: 'job_1001', title: 'Senior React Developer', company: 'Tech Innovations Ltd' };

const candidateReference: JsonObject = {
  id: 'cand_2002',
  first_name: 'Jane',
  last_name: 'Smith',
  email: 'jane.smith@example.com',
};

export const exampleApplication: JsonObject = {
  id: 'app_3003',
  job: jobReference,
  candidate: exampleCandidate,
  status: 'pending',
  state: 'new',
  stage: { id: 'step_1', name: 'Received' },
  source: { type: 'job_board', name: 'Example Jobs' },
  files: [{ name: 'jane-smith.pdf', url: 'https://files.example.com/jane-smith.pdf?signature=abc', type: 'cv' }],
  scores: { total: 82, ai: 78, interview: 85, questions: 83 },
  applied_at: EXAMPLE_TIME,
};

export const applicationReference: JsonObject = { id: 'app_3003', job: jobReference, candidate: candidateReference };

export const exampleEmployer: JsonObject = {
  id: 'emp_4004',
  name: 'Tech Innovations Ltd',
  email: 'jobs@example.com',
  website: 'https://www.example.com',
  industry: 'Software',
  location: { city: 'Dublin', country: 'Ireland', country_short: 'IE' },
};

export const exampleUser: JsonObject = {
  id: 'user_205',
  first_name: 'Ada',
  last_name: 'Byrne',
  email: 'ada.byrne@example.com',
  role: 'recruiter',
  status: 'active',
};

export const exampleInterview: JsonObject = {
  id: 'int_5005',
  application: applicationReference,
  title: 'Technical interview',
  type: 'video',
  status: 'scheduled',
  interviewers: [{ id: 'user_205', name: 'Ada Byrne', email: 'ada.byrne@example.com' }],
  starts_at: '2025-04-15T13:00:00.000Z',
  ends_at: '2025-04-15T14:00:00.000Z',
};

export const exampleOffer: JsonObject = {
  id: 'off_6006',
  application: applicationReference,
  status: 'sent',
  salary: { type: 'fixed', period: 'year', start: 78000, currency: 'EUR' },
  contract: 'permanent',
  sent_at: EXAMPLE_TIME,
  expires_at: '2025-04-24T20:32:13.000Z',
  starts_at: '2025-06-02T08:00:00.000Z',
};

export const exampleReferral: JsonObject = {
  id: 'ref_7007',
  candidate: candidateReference,
  job: jobReference,
  referrer: { id: 'user_206', name: 'Liam Kelly', email: 'liam.kelly@example.com' },
  relationship: 'former colleague',
  created_at: EXAMPLE_TIME,
};

export const exampleNote: JsonObject = {
  id: 'note_8008',
  application: applicationReference,
  text: 'Strong portfolio; ask about testing.',
  author: { id: 'user_205', name: 'Ada Byrne' },
  created_at: EXAMPLE_TIME,
};

export const exampleScorecard: JsonObject = {
  id: 'score_9009',
  application: applicationReference,
  interview: { id: 'int_5005', title: 'Technical interview' },
  author: { id: 'user_205', name: 'Ada Byrne' },
  recommendation: 'yes',
  score: 4,
  comments: 'Clear thinking, careful code.',
  submitted_at: EXAMPLE_TIME,
};

export const exampleHire: JsonObject = {
  id: 'hire_1010',
  application: applicationReference,
  offer: { id: 'off_6006' },
  contract: 'permanent',
  hired_at: EXAMPLE_TIME,
  starts_at: '2025-06-02T08:00:00.000Z',
};

export const exampleEmployee: JsonObject = {
  id: 'ee_1111',
  employee_number: '0042',
  first_name: 'Jane',
  last_name: 'Smith',
  email: 'jane.smith@example.com',
  job_title: 'Senior React Developer',
  department: 'Engineering',
  status: 'active',
  manager: { id: 'ee_1007', name: 'Ada Byrne' },
  starts_at: '2025-06-02T08:00:00.000Z',
};

export const exampleSubscription: JsonObject = {
  id: 'wh_01jrgtn5m8f6q9x2v4c7b0d3ka',
  name: 'CRM',
  dialect: 'standard',
  url: 'https://crm.example.com/webhooks',
  status: 'suspended',
  status_reason: '20 calls in a row were answered with a server error.',
  status_changed_at: EXAMPLE_TIME,
};

export const exampleDelivery: JsonObject = {
  id: 'dlv_01jrgtn5m8f6q9x2v4c7b0d3kb',
  subscription_id: 'wh_01jrgtn5m8f6q9x2v4c7b0d3ka',
  event_id: 'evt_01jrgtn5m8f6q9x2v4c7b0d3kc',
  event_type: 'application.submitted',
  status: 'failed',
  attempts: 10,
  last_response_status: 503,
  last_error: 'The receiver answered 503.',
  failed_at: EXAMPLE_TIME,
};
