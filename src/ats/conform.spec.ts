import { describe, expect, it } from '@jest/globals';
import type { JsonObject, JsonValue } from '../common/json.js';
import { readCanonical, readFields } from './conform.js';
import { dataSchemaOf } from './event-types.js';
import { each, fieldMap, pair } from './field-map.js';

describe('readCanonical', () => {
  const misfit: JsonObject = {
    employee: {
      id: 42,
      name: ['Jane'],
      email: null,
      location: { city: 7, lat: '53.3', country: { code: 'IE' }, planet: 'Earth' },
      manager: 'Ada',
      shirt_size: 'M',
    },
    other: 1,
  };

  it('writes numbers out where text is meant, and sets apart what cannot be meant', () => {
    const { data, rest } = readCanonical(dataSchemaOf('employee'), misfit);
    expect(data).toEqual({
      employee: { id: '42', email: null, location: { city: '7', lat: '53.3', planet: 'Earth' }, shirt_size: 'M' },
      other: 1,
    });
    expect(rest).toEqual({ employee: { name: ['Jane'], location: { country: { code: 'IE' } }, manager: 'Ada' } });
  });

  it('keeps the items of a list that fit, and sets the whole list apart', () => {
    const sectors: JsonValue = [{ id: 1, name: 'IT' }, 'Steel', { id: {} }];
    const { data, rest } = readCanonical(dataSchemaOf('job'), { job: { id: 'j', sectors } });
    expect(data).toEqual({ job: { id: 'j', sectors: [{ id: '1', name: 'IT' }, {}] } });
    expect(rest).toEqual({ job: { sectors } });
  });

  it('makes no id of a number that may have been rounded, or of one that is none', () => {
    const ids = ['9007199254740993', '1e400', '1e30'].map((text) => JSON.parse(text) as number);
    for (const id of ids) expect(readCanonical(dataSchemaOf('job'), { job: { id } }).data).toEqual({ job: {} });
    expect(readCanonical(dataSchemaOf('job'), { job: { id: 1.5 } }).data).toEqual({ job: { id: '1.5' } });
  });

  it('leaves out a state that is not in the vocabulary', () => {
    const { data, rest } = readCanonical(dataSchemaOf('application'), { application: { id: 'a', state: 'limbo' } });
    expect(data).toEqual({ application: { id: 'a' } });
    expect(rest).toEqual({ application: { state: 'limbo' } });
  });

  it('takes own properties for what they are', () => {
    const hostile = JSON.parse('{"job": {"id": "j", "__proto__": {"x": 1}, "constructor": 1}}') as JsonObject;
    expect(JSON.stringify(readCanonical(dataSchemaOf('job'), hostile).data)).toBe(JSON.stringify(hostile));
    expect(readCanonical(dataSchemaOf('unknown'), hostile)).toEqual({ data: hostile, rest: {} });
  });
});

describe('readFields', () => {
  const label = fieldMap([pair('uuid', 'id'), pair('label', 'name')]);
  const map = fieldMap([
    pair('uuid', 'job.id'),
    pair('head', 'job.title'),
    pair('place.town', 'job.location.city'),
    pair('tags', 'job.sectors', each(label)),
  ]);

  it('keeps what the map does not know, under the name of the vendor', () => {
    const vendor = { uuid: 7, head: 'Welder', place: { town: 'Cork', county: 'Cork' }, tags: [{ uuid: 1 }], extra: 1 };
    expect(readFields('job', vendor, map)).toEqual({
      data: { job: { id: '7', title: 'Welder', location: { city: 'Cork' }, sectors: [{ id: '1' }] } },
      rest: { place: { county: 'Cork' }, extra: 1 },
    });
  });

  it('keeps a value whole when it has another shape or unknown fields inside', () => {
    const vendor: JsonObject = {
      uuid: '7',
      head: { de: 'Schweißer' },
      place: 'Cork',
      tags: [{ uuid: '1', colour: 'red' }],
    };
    expect(readFields('job', vendor, map)).toEqual({
      data: { job: { id: '7', sectors: [{ id: '1' }] } },
      rest: { head: { de: 'Schweißer' }, place: 'Cork', tags: [{ uuid: '1', colour: 'red' }] },
    });
  });
});
