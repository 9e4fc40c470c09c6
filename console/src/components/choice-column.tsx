import { Checkbox } from '@mantine/core';
import type { Column } from './data-table';

interface Choice<Row> {
  readonly keys: ReadonlySet<string>;
  readonly onChange: (keys: ReadonlySet<string>) => void;
  /** Of the page that is shown. */
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** How a row is told from others by those who only hear it. */
  readonly nameOf: (row: Row) => string;
}

/** The first column of a table whose rows can be chosen, to do something with all of them. */
export function choiceColumn<Row>({ keys, onChange, rows, keyOf, nameOf }: Choice<Row>): Column<Row> {
  const shown = rows.map(keyOf);
  const count = shown.filter((key) => keys.has(key)).length;
  const isAll = count > 0 && count === shown.length;
  return {
    header: 'Selected',
    isClickable: true,
    headCell: (
      <Checkbox
        size="xs"
        aria-label="Select all rows of this page"
        checked={isAll}
        indeterminate={count > 0 && !isAll}
        onChange={() => onChange(changed(keys, shown, !isAll))}
      />
    ),
    cell: (row) => (
      <Checkbox
        size="xs"
        aria-label={`Select ${nameOf(row)}`}
        checked={keys.has(keyOf(row))}
        onChange={() => onChange(changed(keys, [keyOf(row)], !keys.has(keyOf(row))))}
      />
    ),
  };
}

function changed(before: ReadonlySet<string>, keys: readonly string[], isChosen: boolean): ReadonlySet<string> {
  const after = new Set(before);
  for (const key of keys) {
    if (isChosen) after.add(key);
    else after.delete(key);
  }
  return after;
}
