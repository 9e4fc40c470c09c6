import { Inject, Injectable } from '@nestjs/common';
import type { Dialect } from './dialect.js';
import { isKnownType } from './event-types.js';
import type { Inbound } from './inbound.js';

/** Injection token of the list of dialects that the application is made with. */
export const DIALECTS = Symbol('DIALECTS');

/** Knows every dialect by name. Refuses to start with one that contradicts itself or the canonical vocabulary. */
@Injectable()
export class DialectCatalog {
  private readonly byName: ReadonlyMap<string, Dialect>;

  constructor(@Inject(DIALECTS) private readonly dialects: readonly Dialect[]) {
    const mistakes = [...findRepeatedNames(dialects), ...dialects.flatMap(findMistakes)];
    if (mistakes.length > 0) throw new Error(`The list of dialects is not usable: ${mistakes.join('; ')}.`);
    this.byName = new Map(dialects.map((dialect) => [dialect.name, dialect]));
  }

  all(): readonly Dialect[] {
    return this.dialects;
  }

  find(name: string): Dialect | null {
    return this.byName.get(name) ?? null;
  }

  /** For names that were checked when they came in: an unknown one is a defect of the hub. */
  get(name: string): Dialect {
    const dialect = this.find(name);
    if (!dialect) throw new Error(`No dialect named "${name}".`);
    return dialect;
  }

  names(): string[] {
    return this.dialects.map(({ name }) => name);
  }

  /** What each dialect calls a canonical type; dialects that cannot say it are left out. */
  namesOfType(canonicalType: string): Record<string, string[]> {
    const named = this.dialects.map(({ name, mappings }): [string, string[]] => [
      name,
      [...new Set(mappings.filter(({ canonical }) => canonical === canonicalType).map((row) => row.name))],
    ]);
    return Object.fromEntries(named.filter(([, names]) => names.length > 0));
  }
}

function findRepeatedNames(dialects: readonly Dialect[]): string[] {
  return repeated(dialects.map(({ name }) => name)).map((name) => `two dialects are named "${name}"`);
}

function findMistakes(dialect: Dialect): string[] {
  const { name, events, mappings } = dialect;
  const eventNames = events.map((event) => event.name);
  const outgoing = mappings.filter(({ direction }) => direction !== 'in');
  const incoming = mappings.filter(({ direction }) => direction !== 'out');
  const mistakes = [
    ...(/^[a-z][a-z0-9-]*$/.test(name) ? [] : ['its name is not lower case letters, digits and hyphens']),
    ...(events.length > 0 ? [] : ['it has no events']),
    ...repeated(eventNames).map((event) => `event "${event}" is listed twice`),
    ...mappings.filter(({ canonical }) => !isKnownType(canonical)).map((row) => `"${row.canonical}" is no known type`),
    ...mappings
      .filter((row) => !eventNames.includes(row.name))
      .map((row) => `mapped event "${row.name}" is not listed`),
    ...repeated(outgoing.map(({ canonical }) => canonical)).map((type) => `"${type}" goes out under two names`),
    ...repeated(incoming.map((row) => row.name)).map((event) => `"${event}" comes in as two types`),
    ...eventNames.filter((event) => dialect.exampleOf(event) === null).map((event) => `"${event}" has no example`),
    ...eventNames.filter((event) => dialect.fieldsOf(event).length === 0).map((event) => `"${event}" has no fields`),
    ...findInboundMistakes(dialect.inbound, eventNames),
  ];
  return mistakes.map((mistake) => `${name}: ${mistake}`);
}

function findInboundMistakes(inbound: Inbound, eventNames: readonly string[]): string[] {
  const { ingestPaths, sourceRules } = inbound;
  const segments = ingestPaths.map(({ segment }) => segment);
  return [
    ...segments
      .filter((segment) => !/^[a-z0-9-]+$/.test(segment))
      .map((segment) => `"${segment}" cannot stand in an address`),
    ...repeated(segments).map((segment) => `two events come in at "${segment}"`),
    ...ingestPaths
      .filter(({ eventName }) => !eventNames.includes(eventName))
      .map(({ eventName }) => `"${eventName}" comes in but is not listed`),
    ...(sourceRules.fetches === 'complete' in inbound ? [] : ['it fetches without completing, or the reverse']),
  ];
}

function repeated(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}
