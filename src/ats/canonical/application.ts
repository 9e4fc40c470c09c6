import { files, questionsForm, scores } from './common-parts.js';
import { job } from './job.js';
import { candidate } from './people.js';
import { group, nested, text, time, type EntityDefinition, type Properties } from './schema-parts.js';

/** Where an application stands, in the hub's words. */
export const APPLICATION_STATES = ['new', 'in_review', 'interview', 'offer', 'hired', 'rejected', 'withdrawn'] as const;

/** The canonical application: one candidate in one job. */
export const application: EntityDefinition = {
  name: 'application',
  description: 'One candidate in one job.',
  properties: {
    job: nested(job, 'The job applied for.'),
    candidate: nested(candidate, 'Who applied.'),
    status: text("The vendor's own word for where the application stands."),
    state: {
      type: ['string', 'null'],
      enum: [...APPLICATION_STATES, null],
      description: "Where it stands in the hub's words.",
    },
    previous_status: text('The status before this event.'),
    stage: group('Step of the hiring flow.', { id: text('Its id at the ATS.'), name: text('Its name.') }),
    source: group('Where the application came from.', {
      type: text('What kind of source, e.g. `job_board`.'),
      name: text('Its name.'),
    }),
    cover_letter: text('Cover letter.'),
    files: files('CV and other files sent with the application.'),
    scores,
    questions_form: questionsForm('Questions asked and the answers given.'),
    rejection_reason: text('Why it was rejected.'),
    applied_at: time('When the application was received.'),
    created_at: time('When the record was created.'),
    updated_at: time('When the record last changed.'),
    rejected_at: time('When it was rejected.'),
    withdrawn_at: time('When it was withdrawn.'),
    hired_at: time('When the candidate was hired.'),
    starts_at: time('First working day.'),
  },
};

/** What belongs to an application may name the candidate and the job beside it as well. */
export const applicationContext: Properties = {
  application: nested(application, 'The application it belongs to.'),
  candidate: nested(candidate, 'The candidate, where there is no application.'),
  job: nested(job, 'The job, where there is no application.'),
};
