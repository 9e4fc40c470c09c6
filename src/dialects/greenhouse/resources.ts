import { fieldMap, type FieldPair, first, firstField, pair, sameNames } from '../../ats/field-map.js';
import { wholeSeconds } from '../../ats/times.js';
import { day, files, identifier, mergedId, monthFirst, sourceUnder } from './transforms.js';

/** What Greenhouse's payloads are made of, field by field, in the order of its document. */
export interface Resource {
  readonly pairs: readonly FieldPair[];
  /** What Greenhouse alone knows: it is kept, and goes nowhere but back. */
  readonly alone: readonly string[];
}

const id = pair('id', 'id', identifier);

const name: Resource = {
  pairs: [id, ...sameNames('', ['first_name', 'last_name']), pair('title', 'headline')],
  alone: [],
};

const profile: Resource = joined(name, {
  pairs: [
    pair('created_at', 'created_at', wholeSeconds),
    pair('phone_numbers', 'phone', firstField('value')),
    pair('email_addresses', 'email', firstField('value')),
    pair('addresses', 'location.full_name', firstField('value')),
    pair('tags', 'tags'),
  ],
  alone: [
    ...['company', 'external_id', 'photo_url', 'url', 'is_private', 'can_email'],
    ...['phone_numbers', 'email_addresses', 'addresses', 'website_addresses', 'social_media_addresses'],
    ...['educations', 'employments', 'recruiter', 'coordinator', 'custom_fields'],
  ],
});

const attachments: Resource = { pairs: [pair('attachments', 'files', files)], alone: [] };

export const candidate: Resource = joined(profile, attachments);

const GONE_PERSON = ['company', 'headline', 'is_private', 'recruiter_user_id', 'coordinator_user_id', 'can_email'];

export const deletedPerson: Resource = joined(name, {
  pairs: [pair('created_at', 'created_at', wholeSeconds)],
  alone: [...GONE_PERSON, 'deleted_application_ids'],
});

/** The candidate is the one that stays; who the merged one was remains with Greenhouse. */
export const mergedPerson: Resource = {
  pairs: [pair('id', 'merged_ids', mergedId), pair('new_candidate_id', 'id', identifier)],
  alone: ['first_name', 'last_name', 'title', 'created_at', ...GONE_PERSON],
};

export const anonymizedPerson: Resource = {
  pairs: [pair('candidate_id', 'id', identifier)],
  alone: ['anonymized_fields'],
};

const place: Resource = {
  pairs: [
    pair('departments', 'department', firstField('name')),
    pair('offices', 'location.full_name', firstField('location')),
  ],
  alone: ['departments', 'offices'],
};

export const job: Resource = joined(
  {
    pairs: [
      id,
      pair('name', 'title'),
      pair('status', 'status', { note: '`draft`, `open` or `closed`' }),
      pair('created_at', 'created_at', wholeSeconds),
      pair('opened_at', 'published_at', wholeSeconds),
      pair('closed_at', 'closed_at', wholeSeconds),
      pair('hiring_team.hiring_managers', 'hiring_manager', first(fieldMap([pair('user_id', 'id', identifier)]))),
    ],
    alone: [
      ...['requisition_id', 'notes', 'confidential', 'job_post_id', 'created_by_id', 'url'],
      ...['hiring_team', 'openings', 'custom_fields'],
    ],
  },
  place,
);

export const deletedJob: Resource = { pairs: [id, pair('name', 'title')], alone: [] };

/** Of the job that it advertises; prospects' posts advertise none. */
export const jobPost: Resource = {
  pairs: [
    pair('job_id', 'id', identifier),
    pair('title', 'title'),
    pair('location', 'location.full_name'),
    pair('content', 'description'),
    pair('live', 'published'),
    pair('questions', 'questions_form'),
    pair('updated_at', 'updated_at', wholeSeconds),
  ],
  alone: ['id', 'internal_content', 'external', 'internal'],
};

/** Its one job has more to it than the application's data can hold, so it is kept whole as well. */
export function application(sourceName: 'name' | 'public_name'): Resource {
  return joined(
    {
      pairs: [
        id,
        pair('status', 'status', { note: '`active`, `hired` or `rejected`' }),
        pair('applied_at', 'applied_at', wholeSeconds),
        pair('rejected_at', 'rejected_at', wholeSeconds),
        pair('last_activity_at', 'updated_at', wholeSeconds),
        pair('source', 'source', sourceUnder(sourceName)),
        pair('rejection_reason.name', 'rejection_reason'),
        pair('current_stage.id', 'stage.id', identifier),
        pair('current_stage.name', 'stage.name'),
        pair('jobs', 'job', first(fieldMap(job.pairs))),
      ],
      alone: [
        ...['prospect', 'prospect_detail', 'url', 'source', 'credited_to', 'rejection_reason.id'],
        ...['rejection_reason.type', 'rejection_details', 'current_stage.interviews', 'custom_fields', 'jobs'],
      ],
    },
    below('candidate', 'candidate', profile),
    below('candidate', '', attachments),
  );
}

/** With the offer that was accepted, and the job a second time, in the form that the document calls deprecated. */
export const hiredApplication: Resource = joined(
  below('job', 'job', {
    pairs: [
      id,
      pair('name', 'title'),
      pair('open_date', 'published_at', wholeSeconds),
      pair('close_date', 'closed_at', wholeSeconds),
      ...place.pairs,
    ],
    alone: [...place.alone, 'requisition_id', 'custom_fields'],
  }),
  application('public_name'),
  {
    pairs: [pair('offer.resolved_at', 'hired_at', wholeSeconds), pair('offer.starts_at', 'starts_at', day)],
    alone: ['opening', ...['id', 'version', 'created_at', 'sent_at', 'custom_fields'].map((field) => `offer.${field}`)],
  },
);

export const deletedApplication: Resource = {
  pairs: [
    id,
    pair('candidate_id', 'candidate.id', identifier),
    pair('job_id', 'job.id', identifier),
    pair('created_at', 'created_at', wholeSeconds),
    pair('rejected_at', 'rejected_at', wholeSeconds),
  ],
  alone: [
    ...['source_id', 'candidate_rejection_reason_id', 'rejection_note_id', 'referrer_id', 'prospect'],
    'rejected_by_user_id',
  ],
};

/** A prospect has not applied: what is told of it beside the person is no application to anybody else. */
export const prospect: Resource = joined(below('application.candidate', 'candidate', candidate), {
  pairs: [],
  alone: [
    ...['id', 'status', 'applied_at', 'rejected_at', 'last_activity_at', 'url', 'prospect', 'prospect_detail'],
    ...['source', 'credited_to', 'rejection_reason', 'rejection_details', 'current_stage', 'custom_fields', 'jobs'],
  ].map((field) => `application.${field}`),
});

export const offer: Resource = {
  pairs: [
    id,
    pair('application_id', 'application.id', identifier),
    pair('job_id', 'application.job.id', identifier),
    pair('sent_on', 'sent_at', day),
    pair('start_date', 'starts_at', monthFirst),
    pair('offer_status', 'status', { note: '`Created`, `Accepted`, `Rejected` or `Deprecated`' }),
  ],
  alone: ['user_id', 'offering_user_id', 'version', 'resolved_at', 'notes', 'custom_fields'],
};

export const interview: Resource = { pairs: [id], alone: [] };

export const scorecard: Resource = {
  pairs: [
    id,
    pair('candidate_id', 'candidate.id', identifier),
    pair('interviewed_at', 'interview.starts_at', wholeSeconds),
  ],
  alone: ['created_at', 'updated_at', 'scorecard_status'],
};

/** The same, farther down on both sides. */
export function below(vendor: string, canonical: string, { pairs, alone }: Resource): Resource {
  const pathOf = (...names: string[]) => names.filter((part) => part !== '').join('.');
  return {
    pairs: pairs.map((one) => ({
      ...one,
      vendor: pathOf(vendor, one.vendor),
      canonical: pathOf(canonical, one.canonical),
    })),
    alone: alone.map((path) => pathOf(vendor, path)),
  };
}

function joined(...resources: readonly Resource[]): Resource {
  return { pairs: resources.flatMap(({ pairs }) => pairs), alone: resources.flatMap(({ alone }) => alone) };
}
