import { describe, expect, it } from '@jest/globals';
import { maskMentions, mentions, spellingsOf } from './mentions.js';

describe('an id', () => {
  it.each([
    ['cand_1', '{"candidate":"cand_1"}'],
    ['12', '{"id":12,"x":1}'],
    ['12', 'candidate:12'],
    ['12', '/applications/12?x=1'],
    ['jane@example.com', 'of jane@example.com.'],
    ['jane@example.com', '?candidate=jane%40example.com&x=1'],
    ['a/b(c)', 'is a/b(c), and more'],
    ['é', '[é]'],
    ['é"', '{"id":"\\u00e9\\""}'],
  ])('%s is found in %s', (id, text) => {
    expect(mentions(text, ['other', id])).toBe(true);
  });

  it.each([
    ['cand_1', 'cand_11'],
    ['12', '2012'],
    ['12', 'job-12'],
    ['12', '2026-12-01'],
    ['a.c', 'abc'],
    ['e', 'éeé'],
  ])('%s is not found in %s', (id, text) => {
    expect(mentions(text, ['other', id])).toBe(false);
  });

  it('is not found where none is looked for', () => {
    expect([mentions('anything', []), maskMentions('anything', [])]).toEqual([false, 'anything']);
  });

  it('is masked wherever it stands, and nothing else is', () => {
    expect(maskMentions('https://x/cand_1?also=cand_1&not=cand_11', ['cand_1', 'app_1'])).toBe(
      'https://x/***?also=***&not=cand_11',
    );
  });

  it('is spelled as texts, JSON and addresses spell it, once each', () => {
    expect(spellingsOf('cand_1')).toEqual(['cand_1']);
    expect(spellingsOf('é"')).toEqual(['é"', 'é\\"', '\\u00e9\\"', '%C3%A9%22']);
  });
});
