import { each, fieldMap, pair, sameNames, type Transform } from '../../ats/field-map.js';
import { readTime, toMilliseconds } from '../../ats/times.js';
import { isJsonObject } from '../../common/json.js';

/** How Greenhouse writes single values. Times are `wholeSeconds`. */

/** Ids are numbers; those of other vendors that are none go out as the texts they are. */
export const identifier: Transform = {
  toVendor: (value) => {
    const number = typeof value === 'string' && /^(?:0|[1-9]\d{0,15})$/.test(value) ? Number(value) : NaN;
    return Number.isSafeInteger(number) ? number : value;
  },
};

/** `2025-06-02` */
export const day: Transform = {
  toVendor: (value) => readTime(value)?.toISOString().slice(0, 10) ?? value,
  toCanonical: (value) => toMilliseconds(value) ?? value,
  note: 'the day alone',
};

/** `06/02/2025` */
export const monthFirst: Transform = {
  toVendor: (value) =>
    readTime(value)
      ?.toISOString()
      .replace(/^(\d+)-(\d\d)-(\d\d)T.*$/, '$2/$3/$1') ?? value,
  toCanonical: (value) => {
    const date = typeof value === 'string' ? value.replace(/^(\d\d)\/(\d\d)\/(\d{4})$/, '$3-$1-$2') : value;
    return toMilliseconds(date) ?? value;
  },
  note: 'the day alone, month first',
};

export const files = each(fieldMap([pair('filename', 'name'), ...sameNames('', ['url', 'type'])]));

/** Named as the event's example has it; both names are understood. */
export function sourceUnder(name: 'name' | 'public_name'): Transform {
  return {
    toVendor: (value) => (isJsonObject(value) && value.name != null ? { [name]: value.name } : undefined),
    toCanonical: (value) => {
      const sourceName = isJsonObject(value) ? (value.name ?? value.public_name) : undefined;
      return sourceName === undefined ? undefined : { name: sourceName };
    },
    inside: { pairs: [pair(name, 'name')], vendorIndex: '', canonicalIndex: '' },
  };
}

/** Greenhouse tells each merged record by itself. */
export const mergedId: Transform = {
  toVendor: (value) => {
    const id = Array.isArray(value) ? value[0] : undefined;
    return id === undefined ? undefined : identifier.toVendor?.(id);
  },
  toCanonical: (value) => [typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value],
  note: 'the first one',
};
