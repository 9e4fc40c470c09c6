import { describe, expect, it } from '@jest/globals';
import { exampleEvent } from '../../ats/example-event.js';
import { dialect } from './resthooks.dialect.js';

describe('resthooks', () => {
  it('writes an array of one employee, unknown fields and the completed name included', () => {
    const event = exampleEvent('elsewhere', {
      type: 'employee.updated',
      name: 'employee.updated',
      occurredAt: '2025-04-10T20:32:13.000Z',
      data: { employee: { id: '1', first_name: 'Jane', last_name: 'Smith', shirt_size: 'M', starts_at: 'soon' } },
    });
    const { body } = dialect.encode(event, { eventName: 'Employee Updated', includeFiles: false });
    expect(JSON.parse(body)).toEqual([
      { id: '1', first_name: 'Jane', last_name: 'Smith', name: 'Jane Smith', shirt_size: 'M' },
    ]);
  });

  it('takes both 409 and 410 for gone, and asks for a confirmation that is an empty array', () => {
    expect(dialect.policy.goneStatuses).toEqual([409, 410]);
    expect(dialect.confirmation).toEqual({ body: '[]', header: 'x-hook-secret', timeoutMs: 10_000 });
  });
});
