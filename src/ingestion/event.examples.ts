/** Bodies to try out: what the API's documentation starts with. Each is accepted as it is. */

const SUBMITTED = {
  type: 'application.submitted',
  data: {
    application: {
      id: 'app_789012',
      status: 'pending',
      applied_at: '2026-04-10T20:32:13Z',
      job: { id: 'job_123456', title: 'Senior React Developer', company: 'Tech Innovations Ltd' },
      candidate: { id: 'cand_789012', name: 'Jane Smith', email: 'jane@example.com' },
    },
  },
};

const HIRED = {
  type: 'application.hired',
  occurred_at: '2026-05-02T09:00:00+02:00',
  data: { application: { id: 'app_789012', status: 'hired', job: { id: 'job_123456' } } },
  actor: { name: 'John Doe', email: 'john@example.com' },
};

export const EVENT_EXAMPLES = {
  application: { summary: 'Somebody applied', value: SUBMITTED },
  custom: {
    summary: 'Your own type, as a test',
    value: { type: 'custom.badge_printed', data: { badge: { id: 'b_1', floor: 3 } }, test: true },
  },
};

export const BATCH_EXAMPLES = {
  two: { summary: 'Two events', value: { events: [SUBMITTED, HIRED] } },
};
