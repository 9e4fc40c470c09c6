/** The fields of an event's public JSON: what a filter's path may start with. */
export const EVENT_FIELDS = [
  'id',
  'type',
  'occurred_at',
  'source',
  'subject',
  'actor',
  'data',
  'extensions',
  'test',
] as const;
