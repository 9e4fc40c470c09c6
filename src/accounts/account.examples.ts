/** Bodies to try out: what the API's documentation starts with. Each is accepted as it is. */

export const ACCOUNT_EXAMPLES = {
  account: { summary: 'An account', value: { name: 'Acme Recruiting' } },
};

export const API_KEY_EXAMPLES = {
  producer: { summary: 'For an application that sends events', value: { name: 'Career site', role: 'producer' } },
  expiring: {
    summary: 'For a colleague, until the end of the year',
    value: { name: 'Support', role: 'viewer', expires_at: '2099-12-31T23:59:59Z' },
  },
};

export const PARTNER_EXAMPLES = {
  everything: { summary: 'May receive everything', value: { name: 'Payroll Inc.' } },
  limited: {
    summary: 'May receive some events',
    value: { name: 'Job board', event_types: ['job.*', 'application.submitted'] },
  },
};

export const PARTNER_CHANGE_EXAMPLES = {
  disable: { summary: 'Disable it and its subscriptions', value: { status: 'disabled' } },
  widen: { summary: 'Let it receive everything', value: { event_types: null } },
};
