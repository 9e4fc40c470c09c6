import type { CanonicalEvent } from '../../ats/canonical-event.js';
import { exampleEvent } from '../../ats/example-event.js';
import type { JsonObject } from '../../common/json.js';
import { OCCUPOP } from './envelope.js';
import { candidateResource, jobResource } from './fields.js';

/**
 * The two resources as the vendor prints them, where every text is the word "string". The document shows a created
 * job and an updated candidate; the other events carry the same resources.
 */
const TEXT = 'string';

const location: JsonObject = {
  city: TEXT,
  state: TEXT,
  country: TEXT,
  city_id: TEXT,
  city_full_name: TEXT,
  city_lat: TEXT,
  city_lng: TEXT,
  country_short: TEXT,
};

const questionsForm: JsonObject = { type: TEXT, text: TEXT, options: TEXT, answer: TEXT };
const label: JsonObject = { uuid: TEXT, name: TEXT };

const documentedCandidate: JsonObject = {
  uuid: TEXT,
  status: TEXT,
  first_name: TEXT,
  last_name: TEXT,
  email: TEXT,
  phone: TEXT,
  profile: TEXT,
  job_uuid: TEXT,
  source_type: TEXT,
  source_name: TEXT,
  location,
  file: { name: TEXT, url: TEXT },
  hiring_flow_step: { uuid: TEXT, name: TEXT },
  total_score: 0,
  ai_score: 0,
  interview_score: 0,
  questions_score: 0,
  questions_form: questionsForm,
  created_at: TEXT,
  updated_at: TEXT,
  received_at: TEXT,
  hired_at: TEXT,
  starts_at: TEXT,
};

const documentedJob: JsonObject = {
  uuid: TEXT,
  title: TEXT,
  description: TEXT,
  location,
  sectors: [label],
  subsectors: [label],
  contract: TEXT,
  period: TEXT,
  salary: { type: TEXT, period: TEXT, start: TEXT, end: TEXT, details: TEXT },
  published: TEXT,
  published_at: TEXT,
  questions_form: questionsForm,
  closed_for_applicants: true,
  require_cv: true,
  require_opt_in_for_job: true,
  require_opt_in_for_database: true,
  apply_url: TEXT,
  unique_slug: TEXT,
  cv_upload_signed_url: TEXT,
  company_name: TEXT,
  company_logo: TEXT,
  company_label_uuid: TEXT,
  created_at: TEXT,
};

const typeByName: Readonly<Record<string, string>> = {
  JobResource_created: 'job.created',
  JobResource_updated: 'job.updated',
  CandidateResource_created: 'application.submitted',
  CandidateResource_updated: 'application.updated',
  CandidateResource_status_updated: 'application.stage_changed',
};

export function occupopExample(eventName: string): CanonicalEvent | null {
  const type = Object.hasOwn(typeByName, eventName) ? typeByName[eventName] : undefined;
  if (type === undefined) return null;
  const data = type.startsWith('job.')
    ? jobResource.toCanonical(documentedJob)
    : candidateResource.toCanonical(documentedCandidate);
  return exampleEvent(OCCUPOP, { type, name: eventName, occurredAt: '2025-01-15T10:00:00.000Z', data });
}
