import { describe, expect, it } from '@jest/globals';
import type { CanonicalEvent } from './canonical-event.js';
import type { Dialect, SubscriptionRules } from './dialect.js';
import { STANDARD_POLICY } from './delivery-policies.js';
import { exampleEvent } from './example-event.js';
import { RECEIVED, SIGNED_SOURCE } from './inbound-parts.js';
import { matchPatterns, parsePatterns, type PatternMatch, type SubscriptionPatterns } from './subscription-patterns.js';
import { mappingRows, vendorNames } from './vendor-name.js';

const strict: SubscriptionRules = {
  canonicalNames: false,
  entityWildcards: false,
  customEvents: false,
  singleEvent: false,
  httpsOnly: false,
  reservedHeaders: [],
};

function dialectWith(rules: Partial<SubscriptionRules>): Dialect {
  const mappings = mappingRows({ 'job.created': 'job_opened' }, { 'job.published': 'job_opened' });
  return {
    name: 'acme',
    title: 'Acme',
    summary: '',
    events: ['job_opened', 'job_gone'].map((name) => ({ name, description: '' })),
    mappings,
    subscriptionRules: { ...strict, ...rules },
    signature: { header: null, description: '' },
    receiver: { node: '', python: '' },
    policy: STANDARD_POLICY,
    nameOf: rules.canonicalNames ? (event) => event.source.type ?? event.type : vendorNames('acme', mappings),
    encode: () => ({ body: '{}' }),
    sign: () => ({}),
    exampleOf: () => null,
    inbound: {
      authenticity: '',
      sourceRules: SIGNED_SOURCE,
      ingestPaths: [],
      sameEvent: { kind: 'entity_state' },
      answer: RECEIVED,
      verify: () => ({ ok: true }),
      decode: () => ({ kind: 'test' }),
    },
    fieldsOf: () => [],
  };
}

function event(type: string, source: Partial<CanonicalEvent['source']> = {}): CanonicalEvent {
  const example = exampleEvent('elsewhere', { type, name: type, occurredAt: '2025-04-10T20:32:13.000Z', data: {} });
  return { ...example, source: { ...example.source, type: null, ...source } };
}

function accepted(dialect: Dialect, patterns: string[]): SubscriptionPatterns {
  const parsed = parsePatterns(dialect, patterns);
  if (Array.isArray(parsed)) throw new Error(JSON.stringify(parsed));
  return parsed;
}

function match(dialect: Dialect, patterns: string[], asked: CanonicalEvent): PatternMatch {
  return matchPatterns(dialect, accepted(dialect, patterns), asked);
}

describe('patterns of a vendor dialect', () => {
  const acme = dialectWith({});

  it('are exact names and the star, each kept once', () => {
    expect(accepted(acme, ['job_opened', '*', 'job_opened']).texts).toEqual(['job_opened', '*']);
  });

  it('are refused with the nearest names when unknown', () => {
    expect(parsePatterns(acme, ['*', 'Job_Openned'])).toEqual([
      { field: 'events[1]', message: 'is not an event of acme; nearest: job_opened, job_gone' },
    ]);
  });

  it.each(['job.*', 'Name=job.created', '', '__proto__', 'job.created'])('do not include %j', (pattern) => {
    expect(parsePatterns(acme, [pattern])).toHaveLength(1);
  });

  it('must not be empty', () => {
    expect(parsePatterns(acme, [])).toEqual([{ field: 'events', message: 'must name at least one event' }]);
  });

  it('match by the name that the event has in the dialect', () => {
    expect(match(acme, ['job_opened'], event('job.published'))).toEqual({ eventName: 'job_opened' });
    expect(match(acme, ['job_gone'], event('job.published'))).toBeNull();
  });

  it('report what only a star asks for and the dialect cannot say', () => {
    expect(match(acme, ['*'], event('offer.sent'))).toBe('not_expressible');
    expect(match(acme, ['job_opened'], event('offer.sent'))).toBeNull();
  });

  it('let an event that came through the dialect keep its name, documented or not', () => {
    const own = event('custom.acme.job_frozen', { dialect: 'acme', type: 'job_frozen' });
    expect(match(acme, ['*'], own)).toEqual({ eventName: 'job_frozen' });
    expect(match(acme, ['job_opened'], own)).toBeNull();
  });
});

describe('patterns of a dialect with canonical names', () => {
  const standard = dialectWith({ canonicalNames: true, entityWildcards: true });

  it('are types, custom types, wildcards of an entity and the star', () => {
    const patterns = ['job.created', 'custom.badge', 'application.*', 'custom.*', 'hub.*', '*'];
    expect(accepted(standard, patterns).texts).toEqual(patterns);
  });

  it('are refused with the nearest names when unknown', () => {
    expect(parsePatterns(standard, ['jobs.created', 'aplication.*', 'custom.NO'])).toEqual([
      { field: 'events[0]', message: expect.stringContaining('nearest: job_opened') },
      { field: 'events[1]', message: expect.stringContaining('unknown kind of event; nearest: application,') },
      { field: 'events[2]', message: expect.stringContaining('custom.<name>') },
    ]);
  });

  it('match an entity by what stands before the dot', () => {
    expect(match(standard, ['application.*'], event('application.hired'))).toEqual({ eventName: 'application.hired' });
    expect(match(standard, ['application.*'], event('job.created'))).toBeNull();
    expect(match(standard, ['custom.*'], event('custom.a.b'))).toEqual({ eventName: 'custom.a.b' });
  });

  it('match an unknown event of a standard source by either of its names', () => {
    const own = event('custom.standard.badge', { dialect: 'acme', type: 'badge' });
    expect(match(standard, ['custom.standard.badge'], own)).toEqual({ eventName: 'badge' });
  });
});

describe('patterns of a dialect with events beyond its document', () => {
  const open = dialectWith({ customEvents: true });

  it('may tie a name to a canonical type', () => {
    expect(match(open, ['NewOffer=offer.sent'], event('offer.sent'))).toEqual({ eventName: 'NewOffer' });
    expect(match(open, ['NewOffer=offer.sent'], event('offer.created'))).toBeNull();
  });

  it('prefer the tied name to the mapped one', () => {
    expect(match(open, ['*', 'Posted=job.published'], event('job.published'))).toEqual({ eventName: 'Posted' });
  });

  it.each([
    ['=offer.sent', 'must be Name=canonical.type'],
    ['X=offer.sennt', 'ties X to an unknown canonical type; nearest: offer.sent'],
    ['NewOffer', 'Name=canonical.type'],
  ])('refuse %j', (pattern, message) => {
    expect(parsePatterns(open, [pattern])).toEqual([{ field: 'events[0]', message: expect.stringContaining(message) }]);
  });

  it('refuse two names for one type, since an event goes out once', () => {
    expect(parsePatterns(open, ['A=offer.sent', 'B=offer.sent'])).toEqual([
      { field: 'events[1]', message: 'offer.sent is already tied to A' },
    ]);
  });
});

describe('patterns of a dialect whose body does not name the event', () => {
  const single = dialectWith({ singleEvent: true });

  it('are exactly one name', () => {
    expect(accepted(single, ['job_opened', 'job_opened']).texts).toEqual(['job_opened']);
    expect(parsePatterns(single, ['job_opened', 'job_gone'])).toEqual([
      { field: 'events', message: expect.stringContaining('exactly one event') },
    ]);
    expect(parsePatterns(single, ['*'])).toEqual([
      { field: 'events[0]', message: expect.stringContaining('exactly one event') },
    ]);
  });
});
