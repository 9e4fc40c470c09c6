import { describe, expect, it } from '@jest/globals';
import { completeJson, decodeJson, isEventName, readJson } from './inbound-body.js';
import type { InboundEvent, InboundRequest } from './inbound.js';

const event: InboundEvent = {
  type: 'job.updated',
  occurredAt: null,
  sourceEventId: null,
  sourceType: 'updated',
  subject: { entity: 'job', id: '1' },
  actor: null,
  data: { job: { id: '1' } },
  extensions: {},
  received: {},
  state: { a: 1 },
  fetchPath: '/job/1',
  warnings: [],
};

function requestWith(body: Buffer | string): InboundRequest {
  return { rawBody: Buffer.from(body), headers: {}, segment: null, receivedAt: new Date(0) };
}

describe('readJson', () => {
  it.each<[string, Buffer, string]>([
    ['an empty body', Buffer.alloc(0), 'The body is empty.'],
    ['half a text', Buffer.from('{"a": "b'), 'The body is not JSON.'],
    ['Latin-1', Buffer.from('{"a": "é"}', 'latin1'), 'The body is not UTF-8.'],
    ['UTF-16', Buffer.from('{}', 'utf16le'), 'The body is not JSON.'],
    ['endless nesting', Buffer.from('['.repeat(1_001)), 'The body is nested deeper than 1000 levels.'],
  ])('says what is wrong with %s', (_what, body, reason) => {
    expect(readJson(body)).toBe(reason);
  });

  it('takes a byte order mark, and as many levels as can be written again', () => {
    expect(readJson(Buffer.from('\ufeff{"a": 1}'))).toMatchObject({ value: { a: 1 } });
    const deep = '['.repeat(1_000) + ']'.repeat(1_000);
    expect(readJson(Buffer.from(deep))).toMatchObject({ text: deep });
  });
});

describe('decodeJson', () => {
  it('compares by the text, and warns, when a number does not survive parsing', () => {
    const decode = (body: string) => decodeJson(requestWith(body), () => ({ kind: 'events', events: [event, event] }));
    expect(decode('{"n": 1.50}')).toEqual({ kind: 'events', events: [event, event] });
    expect(decode('{"n": 1e400}')).toMatchObject({
      events: [
        { state: [0, '{"n": 1e400}'], warnings: [expect.stringContaining('rounded')] },
        { state: [1, '{"n": 1e400}'] },
      ],
    });
  });
});

describe('completeJson', () => {
  const complete = (body: string) => completeJson(event, Buffer.from(body), (thin, state) => ({ ...thin, state }));

  it('hands the parsed body on, and the text when a number does not survive parsing', () => {
    expect(complete('{"n": 1}')).toEqual({ ...event, state: { n: 1 } });
    expect(complete('{"n": 12345678901234567890}')).toMatchObject({ state: [0, '{"n": 12345678901234567890}'] });
  });

  it('completes nothing with what is no JSON', () => {
    expect(complete('<html>')).toBeNull();
    expect(completeJson(event, Buffer.from('{}'), () => null)).toBeNull();
  });
});

describe('isEventName', () => {
  it('takes names that can be stored and shown', () => {
    expect(['Employee Created', 'job.created', '名前', 'x'.repeat(100)].every(isEventName)).toBe(true);
    expect(['', ' ', 'x'.repeat(101), 'a\u0000', 'a\nb', '\ud800'].some(isEventName)).toBe(false);
    expect([null, undefined, 7, {}, ['a']].some(isEventName)).toBe(false);
  });
});
