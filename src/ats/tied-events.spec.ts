import { describe, expect, it } from '@jest/globals';
import { parseTiedTypes } from './tied-events.js';

describe('parseTiedTypes', () => {
  it("reads canonical types by the vendor's names", () => {
    expect(parseTiedTypes(['New Application = application.submitted', 'A=B=custom.ab'])).toEqual(
      new Map([
        ['New Application', 'application.submitted'],
        ['A=B', 'custom.ab'],
      ]),
    );
  });

  it('says what is wrong with each', () => {
    expect(parseTiedTypes(['Name', 'New=application.submited', 'X=job.created', 'X=job.closed'])).toEqual([
      { field: 'events[0]', message: expect.stringContaining('must be Name=canonical.type') },
      { field: 'events[1]', message: expect.stringContaining('application.submitted') },
      { field: 'events[3]', message: 'X is tied already' },
    ]);
  });
});
