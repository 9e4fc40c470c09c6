import { nearestNamesHint } from '../common/nearest-names.js';
import { Problem } from '../common/problem.js';
import type { CanonicalEvent } from './canonical-event.js';
import type { DialectCatalog } from './dialect-catalog.service.js';
import type { Dialect } from './dialect.js';

/** What a path names: a dialect, and an event of it. Answers 404 with the nearest names. */

export function dialectOfPath(dialects: DialectCatalog, name: string): Dialect {
  const dialect = dialects.find(name);
  if (dialect) return dialect;
  throw Problem.notFound(`No dialect named "${name}"${nearestNamesHint(name, dialects.names())}.`);
}

export function exampleOfPath(dialect: Dialect, eventName: string): CanonicalEvent {
  const event = dialect.exampleOf(eventName);
  if (event) return event;
  const names = dialect.events.map((known) => known.name);
  throw Problem.notFound(`${dialect.title} has no event named "${eventName}"${nearestNamesHint(eventName, names)}.`);
}
