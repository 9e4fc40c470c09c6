import { describe, expect, it } from '@jest/globals';
import { errorText, errorWithStack } from './error-text.js';

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

const databaseError = (code: string, message: string) => Object.assign(new Error(message), { code });

describe('an error in a log', () => {
  it('says what it is and where it was thrown', () => {
    const error = new TypeError('x is not a function');
    expect(errorText(error)).toBe('TypeError: x is not a function');
    expect(errorWithStack(error)).toMatch(/^TypeError: x is not a function\n +at .*error-text\.spec/);
    expect(errorText('gone')).toBe('gone');
  });

  it.each(['{"email":"jane@example.com"', 'jane@example.com', '["jane@example.com",]'])(
    'does not quote the JSON that could not be read: %s',
    (text) => {
      const error = thrownBy(() => JSON.parse(text));
      expect(errorWithStack(error)).toContain('SyntaxError');
      expect(errorWithStack(error)).not.toMatch(/jane|email/);
    },
  );

  it('does not quote the value that PostgreSQL could not take', () => {
    const error = databaseError('22P02', 'invalid input syntax for type uuid: "jane "Jay" smith"');
    expect(errorText(error)).toBe('Error: invalid input syntax for type uuid: "…"');
    expect(errorWithStack(error)).not.toContain('jane');
  });

  it('names the constraint that was violated', () => {
    const error = databaseError('23505', 'duplicate key value violates unique constraint "sources_token_idx"');
    expect(errorText(error)).toContain('"sources_token_idx"');
  });
});
