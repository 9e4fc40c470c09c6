import { labels, location, personProperties, questionsForm, salary } from './common-parts.js';
import { flag, group, text, time, type EntityDefinition } from './schema-parts.js';

/** The canonical job: a vacancy, from draft to closed. */
export const job: EntityDefinition = {
  name: 'job',
  description: 'A vacancy.',
  properties: {
    title: text('Title of the vacancy.'),
    description: text('Text of the advertisement.'),
    status: text("The vendor's own word for where the job stands."),
    state: text('Where the job stands: `draft`, `open`, `closed` or `expired`. A draft is not public yet.'),
    company: text('Name of the hiring company.'),
    company_logo: text("Address of the company's logo."),
    company_label_id: text('Id of the label that tells brands or clients of one company apart.'),
    employer: group('The employer, where the ATS serves several.', {
      id: text('Its id at the ATS.'),
      name: text('Its name.'),
    }),
    department: text('Department that hires.'),
    location: location('Where the work is.'),
    sectors: labels('Sectors of the economy.'),
    subsectors: labels('Narrower sectors.'),
    contract: text('Kind of contract, e.g. `permanent`.'),
    period: text('Working time, e.g. `full-time`.'),
    salary: salary('What it pays.'),
    published: { type: ['boolean', 'string', 'null'], description: 'Whether or where it is published.' },
    questions_form: questionsForm('Questions that applicants are asked.'),
    closed_for_applicants: flag('No more applications are taken.'),
    require_cv: flag('An application needs a CV.'),
    require_opt_in_for_job: flag('An applicant must agree to be considered for this job.'),
    require_opt_in_for_database: flag('An applicant must agree to be kept for other jobs.'),
    apply_url: text('Where to apply.'),
    slug: text("The job's unique name in addresses."),
    cv_upload_signed_url: text('Signed address to upload a CV to: a credential, it leaves only when asked for.'),
    hiring_manager: group('The user who hires.', { id: text('Id of the user at the ATS.'), ...personProperties }),
    created_at: time('When it was created.'),
    updated_at: time('When it was last changed.'),
    published_at: time('When it was published.'),
    expires_at: time('When it expires.'),
    closed_at: time('When it was closed.'),
  },
};
