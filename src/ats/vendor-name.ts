import type { CanonicalEvent } from './canonical-event.js';
import type { EventMapping } from './dialect.js';

/** The usual `nameOf` of a dialect: the name the event came with, else the one row of its mapping that goes out. */
export function vendorNames(
  dialect: string,
  mappings: readonly EventMapping[],
): (event: CanonicalEvent) => string | null {
  const names = new Map<string, string>();
  for (const { canonical, name, direction } of mappings) if (direction !== 'in') names.set(canonical, name);
  return (event) => cameAs(event, dialect) ?? names.get(event.type) ?? null;
}

/** The vendor's own name of an event that came in through this dialect. */
export function cameAs(event: CanonicalEvent, dialect: string): string | null {
  return event.source.dialect === dialect ? event.source.type : null;
}

/** The body as received, when it was received in this dialect. */
export function receivedBody(event: CanonicalEvent, dialect: string): CanonicalEvent['received'] {
  return event.source.dialect === dialect ? event.received : undefined;
}

/** Rows of a mapping that hold both ways, and rows that only go out: `canonical: name`. */
export function mappingRows(
  both: Readonly<Record<string, string>>,
  out: Readonly<Record<string, string>> = {},
): EventMapping[] {
  return [
    ...Object.entries(both).map(([canonical, name]): EventMapping => ({ canonical, name, direction: 'both' })),
    ...Object.entries(out).map(([canonical, name]): EventMapping => ({ canonical, name, direction: 'out' })),
  ];
}
