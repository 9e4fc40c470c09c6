import { describe, expect, it } from '@jest/globals';
import { DialectCatalog } from './dialect-catalog.service.js';
import type { Dialect } from './dialect.js';
import { STANDARD_POLICY } from './delivery-policies.js';
import { exampleEvent } from './example-event.js';
import { RECEIVED, SIGNED_SOURCE } from './inbound-parts.js';
import type { Inbound } from './inbound.js';

const inbound: Inbound = {
  authenticity: 'None.',
  sourceRules: SIGNED_SOURCE,
  ingestPaths: [],
  sameEvent: { kind: 'entity_state' },
  answer: RECEIVED,
  verify: () => ({ ok: true }),
  decode: () => ({ kind: 'test' }),
};

function dialect(changes: Partial<Dialect> = {}): Dialect {
  const example = exampleEvent('acme', { type: 'job.created', name: 'opened', occurredAt: '', data: {} });
  return {
    name: 'acme',
    title: 'Acme',
    summary: 'An ATS.',
    events: [{ name: 'opened', description: 'A job was opened.' }],
    mappings: [{ canonical: 'job.created', name: 'opened', direction: 'both' }],
    subscriptionRules: {
      canonicalNames: false,
      entityWildcards: false,
      customEvents: false,
      singleEvent: false,
      httpsOnly: false,
      reservedHeaders: [],
    },
    signature: { header: null, description: '' },
    receiver: { node: '', python: '' },
    policy: STANDARD_POLICY,
    nameOf: () => 'opened',
    encode: () => ({ body: '{}' }),
    sign: () => ({}),
    exampleOf: () => example,
    inbound,
    fieldsOf: () => [{ part: 'body', vendorPath: 'id', canonicalPath: 'data.job.id' }],
    ...changes,
  };
}

describe('DialectCatalog', () => {
  it('finds dialects by name', () => {
    const acme = dialect();
    const catalog = new DialectCatalog([acme, dialect({ name: 'other' })]);
    expect(catalog.get('acme')).toBe(acme);
    expect(catalog.find('nobody')).toBeNull();
    expect(() => catalog.get('nobody')).toThrow('No dialect named "nobody".');
    expect(catalog.namesOfType('job.created')).toEqual({ acme: ['opened'], other: ['opened'] });
  });

  it.each<[string, Dialect[], string]>([
    ['two of one name', [dialect(), dialect()], 'two dialects are named "acme"'],
    ['a name unfit for a path', [dialect({ name: 'Acme Inc' })], 'Acme Inc: its name is not lower case'],
    ['no events', [dialect({ events: [], mappings: [] })], 'acme: it has no events'],
    ['an event without an example', [dialect({ exampleOf: () => null })], 'acme: "opened" has no example'],
    [
      'a type that does not exist',
      [dialect({ mappings: [{ canonical: 'job.eaten', name: 'opened', direction: 'both' }] })],
      'acme: "job.eaten" is no known type',
    ],
    [
      'a mapped event that is not listed',
      [dialect({ mappings: [{ canonical: 'job.created', name: 'shut', direction: 'both' }] })],
      'acme: mapped event "shut" is not listed',
    ],
    [
      'one type under two names and one name for two types',
      [
        dialect({
          events: ['opened', 'born'].map((name) => ({ name, description: '' })),
          mappings: [
            { canonical: 'job.created', name: 'opened', direction: 'both' },
            { canonical: 'job.created', name: 'born', direction: 'out' },
            { canonical: 'job.updated', name: 'opened', direction: 'in' },
          ],
        }),
      ],
      'acme: "job.created" goes out under two names; acme: "opened" comes in as two types',
    ],
    ['an event without fields', [dialect({ fieldsOf: () => [] })], 'acme: "opened" has no fields'],
    [
      'addresses that are alike, cannot be called or lead nowhere',
      [
        dialect({
          inbound: { ...inbound, ingestPaths: ['a/b', 'a/b'].map((segment) => ({ segment, eventName: 'shut' })) },
        }),
      ],
      'acme: "a/b" cannot stand in an address; acme: "a/b" cannot stand in an address; ' +
        'acme: two events come in at "a/b"; acme: "shut" comes in but is not listed',
    ],
    [
      'thin events that nothing completes',
      [dialect({ inbound: { ...inbound, sourceRules: { ...SIGNED_SOURCE, fetches: true } } })],
      'acme: it fetches without completing, or the reverse',
    ],
  ])('refuses %s', (_what, dialects, message) => {
    expect(() => new DialectCatalog(dialects)).toThrow(message);
  });
});
