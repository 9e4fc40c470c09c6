import { describe, expect, it } from '@jest/globals';
import { NO_SETTINGS } from '../../ats/inbound-parts.js';
import type { DecodedRequest, InboundRequest } from '../../ats/inbound.js';
import { resthooksInbound } from './inbound.js';

function decode(body: string, changes: Partial<InboundRequest> = {}): DecodedRequest {
  const request = { rawBody: Buffer.from(body), headers: {}, segment: 'employee-updated', receivedAt: new Date(0) };
  return resthooksInbound.decode({ ...request, ...changes }, NO_SETTINGS);
}

describe('the inbound half of resthooks', () => {
  it('has one address for each event', () => {
    expect(resthooksInbound.ingestPaths).toEqual([
      { segment: 'employee-created', eventName: 'Employee Created' },
      { segment: 'employee-updated', eventName: 'Employee Updated' },
      { segment: 'employee-deleted', eventName: 'Employee Deleted' },
    ]);
    expect(decode('[{"id": "1"}]', { segment: 'employee-deleted' })).toMatchObject({
      events: [{ type: 'employee.deleted', sourceType: 'Employee Deleted' }],
    });
    for (const segment of [null, '', 'employee-hired', 'toString']) {
      expect(decode('[{"id": "1"}]', { segment })).toMatchObject({ kind: 'unreadable' });
    }
  });

  it('makes an event of every item, each with its own body', () => {
    const items = [
      { id: 1, first_name: 'Jane', shirt_size: 'M' },
      { id: '2', name: ['Ada'], location: { city: 'Cork' } },
    ];
    expect(decode(JSON.stringify(items))).toMatchObject({
      kind: 'events',
      events: [
        {
          type: 'employee.updated',
          occurredAt: null,
          subject: { entity: 'employee', id: '1' },
          data: { employee: { id: '1', first_name: 'Jane', shirt_size: 'M' } },
          extensions: {},
          received: [items[0]],
          state: items[0],
        },
        {
          data: { employee: { id: '2', location: { city: 'Cork' } } },
          extensions: { resthooks: { name: ['Ada'] } },
          received: [items[1]],
        },
      ],
    });
  });

  it('echoes the secret of a confirming call', () => {
    const headers = { 'x-hook-secret': 'abc' };
    const confirmation = { kind: 'confirmation', answerHeaders: { 'x-hook-secret': 'abc' }, secret: 'abc' };
    expect(decode('[]', { headers })).toEqual(confirmation);
    expect(decode('', { headers, segment: 'employee-created' })).toEqual(confirmation);
    expect(decode('[{"id": "1"}]', { headers })).toMatchObject({ kind: 'events' });
    for (const secret of ['é', 'x'.repeat(513)]) {
      expect(decode('[]', { headers: { 'x-hook-secret': secret } })).toMatchObject({ kind: 'unreadable' });
    }
  });

  it('compares numbers that were rounded as they are written', () => {
    const [first, second] = ['9007199254740992', '9007199254740993'].map((number) =>
      decode(`[{"id":"1","n":${number}}]`),
    );
    expect(first).toMatchObject({ events: [{ warnings: [] }] });
    expect(second).toMatchObject({
      events: [{ state: [0, '[{"id":"1","n":9007199254740993}]'], warnings: [expect.stringContaining('rounded')] }],
    });
  });

  it('takes as many items as a batch of the native API', () => {
    const items = (count: number) => JSON.stringify(Array.from({ length: count }, (_, index) => ({ id: index })));
    expect(decode(items(1_000))).toMatchObject({ kind: 'events', events: { length: 1_000 } });
    expect(decode(items(1_001))).toEqual({
      kind: 'unreadable',
      reason: 'The body must be an array of 1000 items at most, not 1001.',
    });
  });

  it.each([
    ['an object', '{"id": "1"}', 'must be an array'],
    ['an empty array', '[]', 'at least one item'],
    ['a number for an item', '[{"id": "1"}, 2]', '`[1]` must be an object'],
    ['an item without an id', '[{"id": "1"}, {}]', '`[1].id`'],
    ['nothing', '', 'is empty'],
    ['no JSON', '[{', 'is not JSON'],
    ['bytes that are no text', '\udcff', 'JSON'],
    ['ten thousand levels', '['.repeat(10_000) + ']'.repeat(10_000), 'nested deeper'],
  ])('cannot read %s', (_what, body, reason) => {
    expect(decode(body)).toEqual({ kind: 'unreadable', reason: expect.stringContaining(reason) });
  });
});
