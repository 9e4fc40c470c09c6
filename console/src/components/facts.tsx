import type { ReactNode } from 'react';
import classes from './facts.module.css';

interface Props {
  /** Absent ones (`null`, `undefined`, `false`) are left out. */
  readonly rows: readonly (readonly [term: string, value: ReactNode])[];
}

/** Names and values, as a description list. */
export function Facts({ rows }: Props) {
  const shown = rows.filter(([, value]) => value !== null && value !== undefined && value !== false);
  return (
    <dl className={classes.facts}>
      {shown.map(([term, value]) => (
        <div key={term} className={classes.row}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
