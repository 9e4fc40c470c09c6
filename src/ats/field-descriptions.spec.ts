import { describe, expect, it } from '@jest/globals';
import { describePairs, schemaPairs } from './field-descriptions.js';
import { each, fieldMap, first, firstField, pair } from './field-map.js';

describe('describePairs', () => {
  it('writes the paths of a map out, lists and their items included', () => {
    const label = fieldMap([pair('uuid', 'id')]);
    const pairs = [pair('head', 'job.title'), pair('tags', 'job.sectors', each(label))];
    expect(describePairs(pairs, { vendor: 'data.', canonical: 'data.' })).toEqual([
      { part: 'body', vendorPath: 'data.head', canonicalPath: 'data.job.title' },
      { part: 'body', vendorPath: 'data.tags[].uuid', canonicalPath: 'data.job.sectors[].id' },
    ]);
  });

  it('writes the first of a list out, and what is to be noted', () => {
    const team = first(fieldMap([pair('user_id', 'id', { note: 'by number' })]));
    const pairs = [pair('managers', 'job.hiring_manager', team), pair('emails', 'email', firstField('value'))];
    expect(describePairs(pairs, { vendor: '', canonical: 'data.' })).toEqual([
      {
        part: 'body',
        vendorPath: 'managers[0].user_id',
        canonicalPath: 'data.job.hiring_manager.id',
        note: 'by number',
      },
      { part: 'body', vendorPath: 'emails[0].value', canonicalPath: 'data.email' },
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
