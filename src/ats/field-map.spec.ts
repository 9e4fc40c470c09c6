import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../common/json.js';
import { each, fieldMap, pair, sameNames } from './field-map.js';

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
