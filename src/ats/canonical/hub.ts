import { number, text, time, type EntityDefinition } from './schema-parts.js';

/** What the hub reports about itself. */

export const subscription: EntityDefinition = {
  name: 'subscription',
  description: 'A subscription of this hub.',
  properties: {
    name: text('Its name.'),
    dialect: text('Its dialect.'),
    url: text('Where its deliveries go.'),
    partner_id: text('The partner that it belongs to.'),
    status: text('`active`, `disabled`, `suspended` or `deactivated`.'),
    status_reason: text('Why it has this status.'),
    status_changed_at: time('Since when.'),
  },
};

export const delivery: EntityDefinition = {
  name: 'delivery',
  description: 'One event owed to one subscription.',
  properties: {
    subscription_id: text('The subscription.'),
    partner_id: text('The partner that it belongs to.'),
    event_id: text('The event.'),
    event_type: text("The event's canonical type."),
    status: text('Where the delivery stands.'),
    attempts: number('How many calls were made.'),
    last_response_status: number('HTTP status of the last answer; 0 or absent when there was none.'),
    last_error: text('What went wrong last.'),
    failed_at: time('When the hub gave up.'),
  },
};
