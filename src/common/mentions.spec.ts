import { describe, expect, it } from '@jest/globals';
import { mentions, spellingsOf } from './mentions.js';

describe('an id', () => {
  it.each([
    ['cand_1', '{"candidate":"cand_1"}'],
    ['12', '{"id":12,"x":1}'],
    ['12', 'candidate:12'],
    ['jane@example.com', 'of jane@example.com.'],
    ['a/b(c)', 'is a/b(c), and more'],
    ['é', '[é]'],
  ])('%s is found in %s', (id, text) => {
    expect(mentions(text, id)).toBe(true);
  });

  it.each([
    ['cand_1', 'cand_11'],
    ['12', '2012'],
    ['12', 'job-12'],
    ['12', '2026-12-01'],
    ['a.c', 'abc'],
    ['e', 'éeé'],
  ])('%s is not found in %s', (id, text) => {
    expect(mentions(text, id)).toBe(false);
  });

  it('is spelled as texts and JSON spell it, once each', () => {
    expect(spellingsOf('cand_1')).toEqual(['cand_1']);
    expect(spellingsOf('é"')).toEqual(['é"', 'é\\"', '\\u00e9\\"']);
  });
});
