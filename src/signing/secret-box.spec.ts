import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { keyId, SecretBox, type SecretBinding } from './secret-box.js';

const HERE: SecretBinding = { table: 'subscriptions', column: 'secret', rowId: 'row-1' };

describe('a secret box', () => {
  const oldKey = randomBytes(32);
  const newKey = randomBytes(32);
  const box = new SecretBox([oldKey]);

  it.each(['', 'whsec_abc', 'Zoë 名前 🎉', 'x'.repeat(10_000)])('gives back what was put in: %.20s', (secret) => {
    expect(box.open(box.seal(secret, HERE), HERE)).toBe(secret);
  });

  it('shows nothing of it, and never the same twice', () => {
    const [first, second] = [box.seal('whsec_abc', HERE), box.seal('whsec_abc', HERE)];
    expect(first.includes('whsec_abc')).toBe(false);
    expect(first.equals(second)).toBe(false);
  });

  const elsewhere: [string, SecretBinding][] = [
    ['another table', { table: 'sources', column: 'secret', rowId: 'row-1' }],
    ['another column', { table: 'subscriptions', column: 'previous_secret', rowId: 'row-1' }],
    ['another row', { table: 'subscriptions', column: 'secret', rowId: 'row-2' }],
  ];

  it.each(elsewhere)('does not open what was sealed for %s', (_where, there) => {
    expect(() => box.open(box.seal('secret', there), HERE)).toThrow();
  });

  it('does not open what was changed, wherever', () => {
    const sealed = box.seal('secret', HERE);
    for (let index = 0; index < sealed.length; index++) {
      const changed = Buffer.from(sealed);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(() => box.open(changed, HERE)).toThrow();
    }
    for (const length of [0, 1, 36, sealed.length - 1])
      expect(() => box.open(sealed.subarray(0, length), HERE)).toThrow();
  });

  it('seals with the first of its keys and opens with all of them', () => {
    const both = new SecretBox([newKey, oldKey]);
    expect(both.open(box.seal('old', HERE), HERE)).toBe('old');
    const sealed = both.seal('new', HERE);
    expect(new SecretBox([newKey]).open(sealed, HERE)).toBe('new');
    expect(() => box.open(sealed, HERE)).toThrow(`encrypted with the key ${keyId(newKey)}`);
  });

  it('names its keys without telling them', () => {
    expect(new SecretBox([newKey, oldKey]).keyIds).toEqual([keyId(newKey), keyId(oldKey)]);
    expect(keyId(newKey)).toMatch(/^[0-9a-f]{16}$/);
    expect(newKey.toString('hex')).not.toContain(keyId(newKey));
  });

  it('needs a key', () => {
    expect(() => new SecretBox([])).toThrow('at least one key');
  });
});
