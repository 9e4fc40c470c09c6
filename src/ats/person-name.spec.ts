import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../common/json.js';
import { completePersonName, fullNameOf } from './person-name.js';

describe('completePersonName', () => {
  it.each<[JsonObject, JsonObject]>([
    [{ first_name: 'Jane', last_name: 'Smith' }, { name: 'Jane Smith' }],
    [{ first_name: 'Jane' }, { name: 'Jane' }],
    [{ last_name: 'Smith', first_name: null }, { name: 'Smith' }],
    [{ name: 'Jane Smith' }, { first_name: 'Jane', last_name: 'Smith' }],
    [{ name: '  María del Carmen  López ' }, { first_name: 'María', last_name: 'del Carmen López' }],
    [{ name: 'Jane van Dyke', first_name: 'Jane' }, { last_name: 'van Dyke' }],
    [{ name: 'Mary Ann Smith', last_name: 'Smith' }, { first_name: 'Mary Ann' }],
    [{ name: 'Prince' }, { first_name: 'Prince' }],
    [{ name: 'J. Smith', first_name: 'Jane' }, {}],
    [{ name: 5, first_name: ['x'] }, {}],
    [{}, {}],
  ])('completes %j with %j', (person, added) => {
    expect(completePersonName(person)).toEqual({ ...person, ...added });
  });
});

describe('fullNameOf', () => {
  it('is null when nothing is known', () => {
    expect(fullNameOf(null)).toBeNull();
    expect(fullNameOf({ email: 'x@example.com' })).toBeNull();
    expect(fullNameOf({ first_name: 'Jane', last_name: 'Smith' })).toBe('Jane Smith');
  });
});
