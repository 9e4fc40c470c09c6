import { applicationContext } from './application.js';
import { files, location, personProperties, salary } from './common-parts.js';
import { candidate, employee } from './people.js';
import { group, list, nested, number, text, textOrNumber, time, type EntityDefinition } from './schema-parts.js';

/** The canonical steps of a hiring process: interview, scorecard, offer, hire, referral, note. */

const userReference = { id: text('Id of the user at the ATS.'), ...personProperties };

export const interview: EntityDefinition = {
  name: 'interview',
  description: 'A meeting with a candidate.',
  properties: {
    ...applicationContext,
    title: text('What it is called.'),
    type: text('What kind of interview, e.g. `video`.'),
    status: text("The vendor's own word."),
    interviewers: list('Who interviews.', group('One interviewer.', userReference)),
    organizer: group('Who arranged it.', userReference),
    location: location('Where it takes place.'),
    meeting_url: text('Where it takes place online.'),
    duration_minutes: number('How long it is planned to be.'),
    outcome: text('What came of it.'),
    cancellation_reason: text('Why it was cancelled.'),
    scheduled_at: time('When the appointment was made.'),
    starts_at: time('When it begins.'),
    ends_at: time('When it ends.'),
    previous_starts_at: time('When it was to begin before it was moved.'),
    completed_at: time('When it was completed.'),
    cancelled_at: time('When it was cancelled.'),
  },
};

export const scorecard: EntityDefinition = {
  name: 'scorecard',
  description: "An interviewer's assessment.",
  properties: {
    ...applicationContext,
    interview: group('The interview it is about.', {
      id: text('Its id at the ATS.'),
      title: text('What it is called.'),
      starts_at: time('When it began.'),
    }),
    author: group('Who wrote it.', userReference),
    recommendation: text('The verdict, e.g. `yes`.'),
    score: textOrNumber('The rating over all.'),
    comments: text('Remarks.'),
    submitted_at: time('When it was submitted.'),
  },
};

export const offer: EntityDefinition = {
  name: 'offer',
  description: 'An offer of employment.',
  properties: {
    ...applicationContext,
    status: text("The vendor's own word."),
    salary: salary('What is offered.'),
    contract: text('Kind of contract.'),
    decline_reason: text('Why it was declined.'),
    files: files('Offer letter and other files.'),
    created_at: time('When it was drawn up.'),
    sent_at: time('When it was sent.'),
    expires_at: time('Until when it stands.'),
    accepted_at: time('When it was accepted.'),
    declined_at: time('When it was declined.'),
    withdrawn_at: time('When it was withdrawn.'),
    starts_at: time('First working day.'),
  },
};

export const hire: EntityDefinition = {
  name: 'hire',
  description: 'The outcome of a hiring process: someone who will start.',
  properties: {
    ...applicationContext,
    offer: group('The offer that was accepted.', { id: text('Its id at the ATS.') }),
    employee: nested(employee, 'The employee that the candidate becomes.'),
    salary: salary('What was agreed.'),
    contract: text('Kind of contract.'),
    hired_at: time('When it was settled.'),
    starts_at: time('First working day.'),
  },
};

export const referral: EntityDefinition = {
  name: 'referral',
  description: 'Someone recommended a candidate.',
  properties: {
    ...applicationContext,
    candidate: nested(candidate, 'Who was recommended.'),
    referrer: group('Who recommended.', userReference),
    relationship: text('How the two know each other.'),
    comments: text('Words of recommendation.'),
    created_at: time('When it was made.'),
  },
};

export const note: EntityDefinition = {
  name: 'note',
  description: 'A remark on an application or a candidate.',
  properties: {
    ...applicationContext,
    text: text('The remark itself.'),
    visibility: text('Who may read it.'),
    author: group('Who wrote it.', userReference),
    created_at: time('When it was written.'),
  },
};
