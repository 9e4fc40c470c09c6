import { nearestNamesHint } from '../common/nearest-names.js';
import type { FieldProblem } from '../common/problem.js';
import type { CanonicalEvent } from './canonical-event.js';
import type { Dialect } from './dialect.js';
import { isKnownType, prefixOf, TYPE_PREFIXES } from './event-types.js';
import { problemOfTie, readTie } from './tied-events.js';

/** Which events a subscription asks for: reads the patterns of its dialect and matches events against them. */
export interface SubscriptionPatterns {
  /** As written, each once: what is stored and shown. */
  readonly texts: readonly string[];
  /** `*` */
  readonly everything: boolean;
  /** `entity.*` */
  readonly entities: ReadonlySet<string>;
  readonly names: ReadonlySet<string>;
  /** `Name=canonical.type`, by canonical type. */
  readonly tiedNames: ReadonlyMap<string, string>;
}

export type PatternMatch =
  /** Deliver it under this name. */
  | { readonly eventName: string }
  /** A wildcard asks for it, but the dialect has no name for it. */
  | 'not_expressible'
  /** Not asked for. */
  | null;

/** Reads `events` of a subscription request; an array is the list of what is wrong with it. */
export function parsePatterns(dialect: Dialect, patterns: readonly string[]): SubscriptionPatterns | FieldProblem[] {
  const texts = [...new Set(patterns)];
  const { singleEvent } = dialect.subscriptionRules;
  if (texts.length === 0) return [{ field: 'events', message: 'must name at least one event' }];
  if (singleEvent && texts.length > 1) return [{ field: 'events', message: singleEventMessage(dialect) }];
  const problems = patterns.flatMap((pattern, index) => {
    const message = problemOf(dialect, pattern);
    return message === null ? [] : [{ field: `events[${index}]`, message }];
  });
  return problems.length > 0 ? problems : (findAmbiguousTie(patterns) ?? compilePatterns(texts));
}

/** For patterns that `parsePatterns` accepted when they were stored. */
export function compilePatterns(texts: readonly string[]): SubscriptionPatterns {
  const entities = texts.filter((text) => text.endsWith('.*')).map((text) => text.slice(0, -'.*'.length));
  const ties = texts.map(readTie).filter((tie) => tie !== null);
  return {
    texts,
    everything: texts.includes('*'),
    entities: new Set(entities),
    names: new Set(texts.filter((text) => text !== '*' && !text.endsWith('.*') && readTie(text) === null)),
    tiedNames: new Map(ties.map(({ name, canonical }) => [canonical, name])),
  };
}

/** Called for every event and subscription: set look-ups only. The narrowest pattern that fits gives the name. */
export function matchPatterns(dialect: Dialect, patterns: SubscriptionPatterns, event: CanonicalEvent): PatternMatch {
  const tiedName = patterns.tiedNames.get(event.type);
  if (tiedName !== undefined) return { eventName: tiedName };
  const eventName = dialect.nameOf(event);
  if (eventName !== null && isAskedFor(dialect, patterns, event, eventName)) return { eventName };
  if (eventName !== null) return null;
  return patterns.everything && !isOfHub(event) ? 'not_expressible' : null;
}

function isAskedFor(
  dialect: Dialect,
  patterns: SubscriptionPatterns,
  event: CanonicalEvent,
  eventName: string,
): boolean {
  if (patterns.names.has(eventName) || (patterns.everything && !isOfHub(event))) return true;
  if (!dialect.subscriptionRules.canonicalNames) return false;
  return patterns.names.has(event.type) || patterns.entities.has(prefixOf(event.type));
}

/** `*` means what happens in the ATS; what happens to the hub's own deliveries is asked for by name, or as `hub.*`. */
export function isOfHub({ type }: CanonicalEvent): boolean {
  return type.startsWith('hub.');
}

function problemOf(dialect: Dialect, pattern: string): string | null {
  const { entityWildcards, customEvents, singleEvent } = dialect.subscriptionRules;
  if (pattern === '*') return singleEvent ? singleEventMessage(dialect) : null;
  if (entityWildcards && pattern.endsWith('.*')) return problemOfWildcard(pattern);
  if (customEvents && pattern.includes('=')) return problemOfTie(pattern);
  return isNameOf(dialect, pattern) ? null : unknownNameMessage(dialect, pattern);
}

function isNameOf(dialect: Dialect, name: string): boolean {
  if (dialect.subscriptionRules.canonicalNames) return isKnownType(name);
  return dialect.events.some((event) => event.name === name);
}

function problemOfWildcard(pattern: string): string | null {
  const known = [...TYPE_PREFIXES, 'custom'];
  const entity = pattern.slice(0, -'.*'.length);
  return known.includes(entity) ? null : `asks for an unknown kind of event${nearestNamesHint(entity, known)}`;
}

/** An event goes out once a subscription, under one name: two names for one type cannot both be meant. */
function findAmbiguousTie(patterns: readonly string[]): FieldProblem[] | null {
  const nameByType = new Map<string, string>();
  for (const [index, pattern] of patterns.entries()) {
    const tie = readTie(pattern);
    if (!tie) continue;
    const earlier = nameByType.get(tie.canonical);
    if (earlier !== undefined && earlier !== tie.name) {
      return [{ field: `events[${index}]`, message: `${tie.canonical} is already tied to ${earlier}` }];
    }
    nameByType.set(tie.canonical, tie.name);
  }
  return null;
}

function unknownNameMessage(dialect: Dialect, pattern: string): string {
  const { canonicalNames, customEvents } = dialect.subscriptionRules;
  const names = dialect.events.map(({ name }) => name);
  const hint = nearestNamesHint(pattern, names);
  if (canonicalNames) return `is not a known event type${hint}; your own are named custom.<name>`;
  const remedy = customEvents ? '; an event beyond the documented ones is written Name=canonical.type' : '';
  return `is not an event of ${dialect.name}${hint}${remedy}`;
}

function singleEventMessage(dialect: Dialect): string {
  const names = dialect.events.map(({ name }) => name).join(', ');
  return `must name exactly one event, since the body does not say which it is: ${names}`;
}
