import { describe, expect, it } from '@jest/globals';
import { validate, version } from 'uuid';
import { firstUuidAt, newUuid, parsePublicId, publicId, uuidTime } from './ids.js';

describe('a new id', () => {
  it('is a UUIDv7 of this very moment', () => {
    const before = Date.now();
    const id = newUuid();
    expect([validate(id), version(id)]).toEqual([true, 7]);
    expect(uuidTime(id).getTime()).toBeGreaterThanOrEqual(before);
    expect(uuidTime(id).getTime()).toBeLessThanOrEqual(Date.now());
  });

  it('is larger than all before it, also within a millisecond', () => {
    const ids = Array.from({ length: 20_000 }, newUuid);
    expect(ids).toEqual([...new Set(ids)].sort());
  });

  it('lies between the bounds of its millisecond', () => {
    const id = newUuid();
    const time = uuidTime(id);
    expect(firstUuidAt(time) <= id && id < firstUuidAt(new Date(time.getTime() + 1))).toBe(true);
  });

  it('is shown with its kind, and read back as that kind only', () => {
    const id = newUuid();
    const shown = publicId('event', id);
    expect(shown).toMatch(/^evt_[0-9a-z]{26}$/);
    expect([parsePublicId('event', shown), parsePublicId('delivery', shown)]).toEqual([id, null]);
  });
});
