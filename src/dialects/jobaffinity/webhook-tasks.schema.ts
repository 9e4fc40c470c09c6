import type { JsonObject } from '../../common/json.js';

export const WEBHOOK_TASKS_SCHEMA_PATH = '/restapi/schemav1/webhooktasks';

/** Describes the call history to its readers, who find it by the answer's `_schema`. */
export const webhookTasksSchema: JsonObject = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  $id: WEBHOOK_TASKS_SCHEMA_PATH,
  title: 'Webhook call history',
  type: 'object',
  required: ['_status', '_schema', '_self', '_next', 'items'],
  properties: {
    _status: { const: 'OK' },
    _schema: { type: 'string', description: 'Where this schema is.' },
    _self: { type: 'string', description: 'Where this page is.' },
    _next: { type: 'string', description: 'Where the next page is; empty on the last one.' },
    items: { type: 'array', description: 'Newest first.', items: { $ref: '#/definitions/task' } },
  },
  definitions: {
    task: {
      title: 'One webhook call',
      type: 'object',
      required: ['event', 'datetime', 'response_body', 'response_status', 'application'],
      properties: {
        event: { type: 'string', minLength: 1 },
        datetime: {
          type: 'string',
          pattern: '^\\d{4}-\\d{2}-\\d{2} \\d{2}:\\d{2}:\\d{2}$',
          description: 'When the call was made, in UTC.',
        },
        response_body: { type: 'string', description: 'The first 16 KiB of the answer.' },
        response_status: { type: 'integer', minimum: 0, maximum: 999, description: '0: there was no answer.' },
        application: {
          type: 'object',
          required: ['_self'],
          properties: {
            _self: { type: 'string', description: 'Where the application is; empty when the event is about none.' },
          },
        },
      },
    },
  },
};
