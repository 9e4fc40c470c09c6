import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../common/json.js';
import { each, fieldMap, first, firstField, leftOver, pair, sameNames } from './field-map.js';

const labels = fieldMap([pair('uuid', 'id'), ...sameNames('', ['name'])]);
const map = fieldMap([
  pair('uuid', 'job.id'),
  pair('where.town', 'job.location.city'),
  pair('tags', 'job.labels', each(labels)),
  pair('size', 'job.size', { toVendor: String, toCanonical: Number }),
]);

const vendor: JsonObject = { uuid: '1', where: { town: 'Cork' }, tags: [{ uuid: 't', name: 'T' }, 'odd'], size: '3' };
const canonical: JsonObject = {
  job: { id: '1', location: { city: 'Cork' }, labels: [{ id: 't', name: 'T' }, 'odd'], size: 3 },
};

describe('fieldMap', () => {
  it('translates in both directions by one list', () => {
    expect(map.toCanonical(vendor)).toEqual(canonical);
    expect(map.toVendor(canonical)).toEqual(vendor);
  });

  it('leaves absent what is absent and keeps null', () => {
    expect(map.toVendor({})).toEqual({});
    expect(map.toVendor({ job: { id: null, location: 'Cork' } })).toEqual({ uuid: null });
  });

  it('reads own properties only', () => {
    const prototypes = fieldMap([pair('a', 'constructor.name'), pair('b', '__proto__.x'), pair('c', 'toString')]);
    expect(prototypes.toVendor({})).toEqual({});
  });
});

describe('the first of a list', () => {
  const lists = fieldMap([
    pair('offices', 'job.place', first(fieldMap([pair('town', 'city')]))),
    pair('emails', 'email', firstField('value')),
  ]);

  it('comes in, and goes out alone', () => {
    const given: JsonObject = { offices: [{ town: 'Cork' }, { town: 'Dublin' }], emails: [{ value: 'a@b.c' }] };
    expect(lists.toCanonical(given)).toEqual({ job: { place: { city: 'Cork' } }, email: 'a@b.c' });
    expect(lists.toVendor({ job: { place: { city: 'Cork' } }, email: 'a@b.c' })).toEqual({
      offices: [{ town: 'Cork' }],
      emails: [{ value: 'a@b.c' }],
    });
  });

  it('is absent where there is none', () => {
    expect(lists.toCanonical({ offices: [], emails: ['a@b.c'] })).toEqual({});
    expect(lists.toCanonical({ offices: 'Cork', emails: [{ type: 'work' }] })).toEqual({});
    expect(lists.toVendor({ job: { place: { country: 'Ireland' } }, email: null })).toEqual({});
  });

  it('leaves the list over, as long as there is more to it', () => {
    const left = (given: JsonObject) => leftOver(given, lists.pairs);
    expect(left({ offices: [{ town: 'Cork' }], emails: [] })).toEqual({});
    const more: JsonObject = { offices: [{ town: 'Cork' }, {}], emails: [{ value: 'a@b.c', type: 'work' }] };
    expect(left(more)).toEqual(more);
  });
});
