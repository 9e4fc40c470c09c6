/** Bodies to try out: what the API's documentation starts with. Each is accepted as it is. */

export const REPLAY_EXAMPLES = {
  all: { summary: 'To all that match now', value: {} },
};

export const RECOVER_EXAMPLES = {
  dry: { summary: 'Only count', value: { since: '2026-01-31T12:00:00Z', dry_run: true } },
  window: {
    summary: 'A day',
    value: { since: '2026-01-31T00:00:00+01:00', until: '2026-02-01T00:00:00+01:00' },
  },
};

export const RETRY_EXAMPLES = {
  dry: { summary: 'Only count', value: { status: 'failed', dry_run: true } },
  failed: { summary: 'What failed since a time', value: { status: 'failed', since: '2026-01-31T12:00:00Z' } },
  type: { summary: 'What was missed of a type', value: { type: 'application.submitted' } },
};
