import { describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { generateSecret, secretMistake } from './secrets.js';

const base64Of = (bytes: number) => Buffer.alloc(bytes, 7).toString('base64');

describe('a generated secret', () => {
  it('is the prefix and base64 of 24 bytes, which needs no padding', () => {
    const secret = generateSecret();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/);
    expect(secretMistake(secret)).toBeNull();
    expect(() => new Webhook(secret)).not.toThrow();
  });

  it('is another one each time', () => {
    expect(new Set(Array.from({ length: 100 }, generateSecret)).size).toBe(100);
  });
});

describe('a given secret', () => {
  it.each([
    ['the shortest', 'x'.repeat(16)],
    ['the longest', 'x'.repeat(256)],
    ['every printable character', '!"#$%&\'()*+,-./09:;<=>?@AZ[]^_`az{|}~\\'],
    ['base64 of 24 bytes', `whsec_${base64Of(24)}`],
    ['base64 of 32 bytes, padded', `whsec_${base64Of(32)}`],
    ['base64 of 32 bytes, not padded', `whsec_${base64Of(32).replace('=', '')}`],
    ['base64 of 64 bytes', `whsec_${base64Of(64)}`],
  ])('may be %s', (_what, secret) => {
    expect(secretMistake(secret)).toBeNull();
  });

  it.each([
    ['empty', ''],
    ['too short', 'x'.repeat(15)],
    ['too long', 'x'.repeat(257)],
    ['with a space', 'sixteen chars ok'],
    ['with a line feed at its end', `${'x'.repeat(16)}\n`],
    ['beyond ASCII', 'sécret-sécret-sécret'],
  ])('may not be %s', (_what, secret) => {
    expect(secretMistake(secret)).toContain('16 to 256 printable ASCII characters');
  });

  it.each([
    ['what is no base64', 'whsec_not-base64-but-long-enough-to-be'],
    ['too few bytes', `whsec_${base64Of(23)}`],
    ['too many bytes', `whsec_${base64Of(65)}`],
    ['base64 with a hole', `whsec_${base64Of(12)}=${base64Of(15)}`],
    ['nothing long enough', 'whsec_abcdefghij'],
  ])('may not go on after the prefix with %s', (_what, secret) => {
    expect(secretMistake(secret)).toContain('base64 of 24 to 64 bytes');
  });
});
