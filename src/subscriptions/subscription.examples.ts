/** Bodies to try out: what the API's documentation starts with. Each is accepted as it is. */

export const SUBSCRIPTION_EXAMPLES = {
  standard: {
    summary: 'Everything about applications',
    value: { url: 'http://127.0.0.1:4000/webhooks', events: ['application.*'] },
  },
  everything: {
    summary: 'With all the trimmings',
    value: {
      url: 'http://127.0.0.1:4000/webhooks',
      events: ['*'],
      name: 'Payroll, production',
      headers: { 'x-tenant': 'acme' },
      auth: { type: 'bearer', token: 'the-receiver-knows-it' },
      timeout_ms: 5_000,
      rate_limit: 20,
    },
  },
};

export const SUBSCRIPTION_CHANGE_EXAMPLES = {
  events: { summary: 'Other events', value: { events: ['application.submitted', 'job.*'] } },
  plain: { summary: 'Without headers and auth', value: { headers: null, auth: null } },
};

export const ROTATION_EXAMPLES = {
  generated: { summary: 'A generated secret, a day of overlap', value: { overlap_hours: 24 } },
  given: {
    summary: 'A given secret, at once',
    value: { overlap_hours: 0, secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' },
  },
};
