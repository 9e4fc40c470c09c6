import { describe, expect, it } from '@jest/globals';
import type { JsonValue } from '../common/json.js';
import type { InboundEvent, SamenessRule } from './inbound.js';
import { samenessOf } from './sameness.js';

function eventWith(changes: Partial<InboundEvent>): InboundEvent {
  return {
    type: 'job.updated',
    occurredAt: null,
    sourceEventId: 'evt_1',
    sourceType: 'JobResource_updated',
    subject: { entity: 'job', id: '1' },
    actor: null,
    data: {},
    extensions: {},
    received: {},
    state: { a: 1, b: [{ c: 2, d: 3 }] },
    fetchPath: null,
    warnings: [],
    ...changes,
  };
}

function isSame(rule: SamenessRule, left: Partial<InboundEvent>, right: Partial<InboundEvent>): boolean {
  const [first, second] = [left, right].map((changes) => samenessOf(rule, eventWith(changes)));
  return first !== null && JSON.stringify(first) === JSON.stringify(second);
}

describe('samenessOf', () => {
  it('goes by the id alone where there is one', () => {
    const rule: SamenessRule = { kind: 'id', hours: 168 };
    expect(samenessOf(rule, eventWith({}))).toEqual({
      kind: 'key',
      key: expect.stringMatching(/^[0-9a-f]{64}$/),
      hours: 168,
    });
    expect(isSame(rule, { state: 1 }, { state: 2, sourceType: 'other' })).toBe(true);
    expect(isSame(rule, {}, { sourceEventId: 'evt_2' })).toBe(false);
    expect(samenessOf(rule, eventWith({ sourceEventId: null }))).toBeNull();
  });

  it('goes by the body whatever the order of its keys, but not of its lists', () => {
    const rule: SamenessRule = { kind: 'body', hours: 24 };
    const states = (left: JsonValue, right: JsonValue) => isSame(rule, { state: left }, { state: right });
    expect(states({ a: 1, b: { c: 2, d: 3 } }, { b: { d: 3, c: 2 }, a: 1 })).toBe(true);
    expect(states([1, 2], [2, 1])).toBe(false);
    expect(states({ a: 1 }, { a: '1' })).toBe(false);
    expect(states({ a: null }, {})).toBe(false);
  });

  it('goes by event and state of one entity', () => {
    const rule: SamenessRule = { kind: 'entity_state' };
    expect(samenessOf(rule, eventWith({}))).toMatchObject({
      kind: 'newest_of_entity',
      entity: { entity: 'job', id: '1' },
    });
    expect(isSame(rule, {}, { sourceEventId: 'evt_2' })).toBe(true);
    expect(isSame(rule, {}, { sourceType: 'JobResource_created' })).toBe(false);
    expect(isSame(rule, {}, { state: 'b' })).toBe(false);
    expect(isSame(rule, {}, { subject: { entity: 'job', id: '2' } })).toBe(false);
  });

  it('never takes an event without a state for another, nor what follows it for what was before it', () => {
    expect(isSame({ kind: 'entity_state' }, { state: null }, { state: null })).toBe(false);
    expect(isSame({ kind: 'entity_state' }, { state: null }, {})).toBe(false);
    expect(samenessOf({ kind: 'entity_state' }, eventWith({ state: null }))).toMatchObject({
      kind: 'newest_of_entity',
      entity: { entity: 'job', id: '1' },
    });
    expect(samenessOf({ kind: 'entity_state' }, eventWith({ subject: null }))).toBeNull();
    expect(samenessOf({ kind: 'body', hours: 24 }, eventWith({ state: null }))).toBeNull();
  });
});
