import type { ReactNode } from 'react';
import classes from './facts.module.css';

interface Props {
  /** Absent ones (`null`, `undefined`, `false`) are left out. */
  readonly rows: readonly (readonly [term: string, value: ReactNode])[];
  /** They are whole phrases, and there is room for them. */
  readonly longTerms?: boolean;
}

/** Names and values, as a description list. */
export function Facts({ rows, longTerms = false }: Props) {
  const shown = rows.filter(([, value]) => value !== null && value !== undefined && value !== false);
  return (
    <dl className={classes.facts} data-long-terms={longTerms}>
      {shown.map(([term, value]) => (
        <div key={term} className={classes.row}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
