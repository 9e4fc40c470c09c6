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

/** The canonical types that a vendor's names come in as. */
export function typesByVendorName(mappings: readonly EventMapping[]): ReadonlyMap<string, string> {
  const incoming = mappings.filter(({ direction }) => direction !== 'out');
  return new Map(incoming.map(({ name, canonical }) => [name, canonical]));
}

const CUSTOM_NAME_LENGTH = 100;

/** `custom.<dialect>.<name>`, for a name that stands for no canonical type. */
export function customType(dialect: string, name: string): string {
  const word = name
    .toLowerCase()
    .replace(/[^a-z0-9_.-]+/g, '_')
    .replace(/^_+|_+$/g, '');
  return `custom.${`${dialect}.${word || 'unnamed'}`.slice(0, CUSTOM_NAME_LENGTH)}`;
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
