import { describe, expect, it } from '@jest/globals';
import { toMilliseconds, toSpacedSeconds, toWholeSeconds } from './times.js';

describe('times', () => {
  it.each([
    ['2025-04-10T20:32:13Z', '2025-04-10T20:32:13.000Z'],
    ['2025-04-10T20:32:13.5Z', '2025-04-10T20:32:13.500Z'],
    ['2025-04-10T20:32:13.123456Z', '2025-04-10T20:32:13.123Z'],
    ['2025-04-10T22:32:13+02:00', '2025-04-10T20:32:13.000Z'],
    ['2025-04-10T22:32:13+0200', '2025-04-10T20:32:13.000Z'],
    ['2025-04-10T18:32:13-02', '2025-04-10T20:32:13.000Z'],
    ['2021-04-01 12:13:14', '2021-04-01T12:13:14.000Z'],
    ['2021-04-01 12:13', '2021-04-01T12:13:00.000Z'],
    ['2021-04-01', '2021-04-01T00:00:00.000Z'],
  ])('reads %s', (text, expected) => {
    expect(toMilliseconds(text)).toBe(expected);
  });

  it.each(['string', '', '2025-02-30T00:00:00Z', '2025-13-01', '10/04/2025', '2025-04-10T25:00:00Z', 1744317133, null])(
    'does not read %j',
    (value) => {
      expect(toMilliseconds(value)).toBeUndefined();
    },
  );

  it('cuts to whole seconds', () => {
    expect(toWholeSeconds('2025-04-10T20:32:13.999Z')).toBe('2025-04-10T20:32:13Z');
    expect(toSpacedSeconds('2021-04-01T12:13:14.999Z')).toBe('2021-04-01 12:13:14');
  });
});
