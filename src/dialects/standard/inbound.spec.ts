import { describe, expect, it } from '@jest/globals';
import { NO_SETTINGS } from '../../ats/inbound-parts.js';
import type { DecodedRequest } from '../../ats/inbound.js';
import { standardInbound } from './inbound.js';

function decode(body: unknown, headers: Record<string, string> = { 'webhook-id': 'msg_1' }): DecodedRequest {
  const rawBody = Buffer.from(JSON.stringify(body));
  return standardInbound.decode({ rawBody, headers, segment: null, receivedAt: new Date(0) }, NO_SETTINGS);
}

const timestamp = '2025-04-10T20:32:13.5+02:00';

describe('the inbound half of standard', () => {
  it('takes canonical events as they are, by the id of the call', () => {
    const data = { job: { id: 'j', state: 'open', colour: 'red' }, context: 1 };
    expect(decode({ type: 'job.published', timestamp, data, extra: 1 })).toMatchObject({
      events: [
        {
          type: 'job.published',
          occurredAt: '2025-04-10T18:32:13.500Z',
          sourceEventId: 'msg_1',
          subject: { entity: 'job', id: 'j' },
          data,
          extensions: { standard: { extra: 1 } },
        },
      ],
    });
  });

  it('passes types that it does not know on as they came', () => {
    expect(decode({ type: 'Invoice/Paid', timestamp, data: { a: 1 } })).toMatchObject({
      events: [{ type: 'custom.standard.invoice_paid', sourceType: 'Invoice/Paid', data: { a: 1 }, subject: null }],
    });
    expect(decode({ type: 'custom.mine', timestamp, data: {} })).toMatchObject({ events: [{ type: 'custom.mine' }] });
    expect(decode({ type: '名前', timestamp, data: {} })).toMatchObject({
      events: [{ type: 'custom.standard.unnamed' }],
    });
    const long = decode({ type: 'y'.repeat(100), timestamp, data: {} });
    expect(long).toMatchObject({ events: [{ type: `custom.standard.${'y'.repeat(91)}` }] });
  });

  it('sets apart what does not fit the schema', () => {
    expect(decode({ type: 'job.updated', timestamp: 5, data: { job: { id: 7, title: ['x'] } } })).toMatchObject({
      events: [
        { occurredAt: null, data: { job: { id: '7' } }, extensions: { standard: { data: { job: { title: ['x'] } } } } },
      ],
    });
  });

  it('knows a test by its header', () => {
    expect(decode('nonsense', { 'webhook-test': 'true' })).toEqual({ kind: 'test' });
    expect(decode('nonsense', { 'webhook-test': 'false' })).toMatchObject({ kind: 'unreadable' });
  });

  it('dates no event beyond the years that can be stored', () => {
    const body = { type: 'test.ping', timestamp: '9999-12-31T23:59:59-12:00', data: {} };
    expect(decode(body)).toMatchObject({ events: [{ type: 'test.ping', occurredAt: null, subject: null }] });
  });

  it.each([
    ['no object', 1, 'must be an object'],
    ['no type', { data: {} }, '`type`'],
    ['no data', { type: 'job.updated' }, '`data`'],
    ['no subject', { type: 'job.updated', data: { job: [] } }, '`data.job.id`'],
  ])('cannot read %s', (_what, body, reason) => {
    expect(decode(body)).toEqual({ kind: 'unreadable', reason: expect.stringContaining(reason) });
  });
});
