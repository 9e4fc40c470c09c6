import { describe, expect, it } from '@jest/globals';
import { nearestNames, nearestNamesHint } from './nearest-names.js';

describe('nearestNames', () => {
  const names = ['job.created', 'job.closed', 'offer.sent', 'note.created'];

  it('lists the most similar first, whatever the case', () => {
    expect(nearestNames('JOB.create', names, 2)).toEqual(['job.created', 'note.created']);
  });

  it('puts them into words, and says nothing without candidates', () => {
    expect(nearestNamesHint('offer.sen', names)).toBe('; nearest: offer.sent, job.closed, job.created');
    expect(nearestNamesHint('x', [])).toBe('');
  });
});
