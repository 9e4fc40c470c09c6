import { describe, expect, it } from '@jest/globals';
import { describePairs, schemaPairs } from './field-descriptions.js';
import { each, fieldMap, pair } from './field-map.js';

describe('describePairs', () => {
  it('writes the paths of a map out, lists and their items included', () => {
    const label = fieldMap([pair('uuid', 'id')]);
    const pairs = [pair('head', 'job.title'), pair('tags', 'job.sectors', each(label))];
    expect(describePairs(pairs, { vendor: 'data.', canonical: 'data.' })).toEqual([
      { part: 'body', vendorPath: 'data.head', canonicalPath: 'data.job.title' },
      { part: 'body', vendorPath: 'data.tags[].uuid', canonicalPath: 'data.job.sectors[].id' },
    ]);
  });
});

describe('schemaPairs', () => {
  it('pairs what a schema names with itself, and takes lists whole', () => {
    const schema = {
      properties: { id: {}, place: { properties: { city: {} } }, tags: { items: { properties: { id: {} } } } },
    };
    expect(schemaPairs(schema, 'job.')).toEqual([
      { vendor: 'id', canonical: 'job.id' },
      { vendor: 'place.city', canonical: 'job.place.city' },
      { vendor: 'tags', canonical: 'job.tags' },
    ]);
  });
});
