import type { JsonSchema } from './canonical/schema-parts.js';
import type { Dialect } from './dialect.js';
import { type FieldPair, pair } from './field-map.js';

/** Lists which of a vendor's fields holds which canonical one, for documents. */

export interface FieldDescription {
  /** Where the vendor has it; `fetched`: in what a thin event refers to. */
  readonly part: 'body' | 'header' | 'fetched';
  /** From the top of the vendor's body: `data.job.title`, `[].email`; or a header's name. */
  readonly vendorPath: string;
  /** From the top of the canonical event: `data.job.title`, `occurred_at`. */
  readonly canonicalPath: string;
  /** Why the value does not go over as it is, where more than its notation changes. */
  readonly note?: string;
}

export interface FieldRow extends FieldDescription {
  /** The vendor's name of the event. */
  readonly event: string;
}

/** Every field of every event of a dialect, in the vendor's order of events. */
export function describeFields(dialect: Dialect): FieldRow[] {
  return dialect.events.flatMap(({ name }) => dialect.fieldsOf(name).map((field) => ({ event: name, ...field })));
}

export function bodyField(vendorPath: string, canonicalPath: string): FieldDescription {
  return { part: 'body', vendorPath, canonicalPath };
}

/** The fields of a map, its paths put below the two given ones: `data.`, or nothing. */
export function describePairs(
  pairs: readonly FieldPair[],
  below: { readonly vendor: string; readonly canonical: string },
  part: FieldDescription['part'] = 'body',
): FieldDescription[] {
  return pairs.flatMap(({ vendor, canonical, inside, note }) => {
    const vendorPath = pathOf(below.vendor, vendor);
    const canonicalPath = pathOf(below.canonical, canonical);
    if (!inside) return [{ part, vendorPath, canonicalPath, ...(note !== undefined && { note }) }];
    const inner = {
      vendor: `${vendorPath}${inside.vendorIndex}.`,
      canonical: `${canonicalPath}${inside.canonicalIndex}.`,
    };
    return describePairs(inside.pairs, inner, part);
  });
}

function pathOf(prefix: string, name: string): string {
  return name === '' ? prefix.replace(/\.$/, '') : prefix + name;
}

/** Pairs for all that a schema names, under the same names on both sides; lists are taken whole. */
export function schemaPairs(schema: JsonSchema, canonicalPrefix: string, vendorPrefix = ''): FieldPair[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
    property.properties
      ? schemaPairs(property, `${canonicalPrefix}${name}.`, `${vendorPrefix}${name}.`)
      : [pair(`${vendorPrefix}${name}`, `${canonicalPrefix}${name}`)],
  );
}
