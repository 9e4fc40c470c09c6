import { Table } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './data-table.module.css';

export interface Column<Row> {
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  /** Left out on narrower screens. */
  readonly hiddenBelow?: 'sm' | 'md' | 'lg' | 'xl';
  readonly align?: 'right';
  /** Its texts are as long as people like, so they may break anywhere; the first column's always may. */
  readonly isLong?: boolean;
  /** In place of the header's words, which then name the column alone. */
  readonly headCell?: ReactNode;
  /** Its cells have something to click: they lie above the link that covers the row. */
  readonly isClickable?: boolean;
}

interface Props<Row> {
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly label: string;
}

/** Rows that are there as a whole; `CursorTable` shows a list of the API page by page. */
export function DataTable<Row>({ columns, rows, rowKey, label }: Props<Row>) {
  return (
    <div className={classes.scroll}>
      <Table className={classes.table} aria-label={label} verticalSpacing="sm" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            {columns.map(({ header, headCell, hiddenBelow, align }) => (
              <Table.Th key={header} visibleFrom={hiddenBelow} data-align={align}>
                {headCell ?? header}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={rowKey(row)} className={classes.row}>
              {columns.map(({ header, cell, hiddenBelow, align, isClickable, isLong }) => (
                <Table.Td
                  key={header}
                  visibleFrom={hiddenBelow}
                  data-align={align}
                  data-clickable={isClickable}
                  data-long={isLong}
                >
                  {cell(row)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
