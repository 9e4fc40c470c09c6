/** Bodies to try out: what the API's documentation starts with. Each is accepted as it is. */

export const SOURCE_EXAMPLES = {
  signed: {
    summary: 'A sender that signs as Standard Webhooks says',
    value: { dialect: 'standard', name: 'Our ATS, production' },
  },
};

export const SOURCE_CHANGE_EXAMPLES = {
  rename: { summary: 'Another name', value: { name: 'Our ATS, staging' } },
  disable: { summary: 'Take nothing any more', value: { status: 'disabled' } },
};

export const SOURCE_ROTATION_EXAMPLES = {
  generated: { summary: 'A generated secret, a day of overlap', value: { overlap_hours: 24 } },
};
