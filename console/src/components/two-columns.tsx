import type { ReactNode } from 'react';
import classes from './two-columns.module.css';

interface Props {
  readonly children: ReactNode;
  /** Beside the content where there is room, and stays in sight; below it on narrow screens. */
  readonly aside: ReactNode;
}

export function TwoColumns({ children, aside }: Props) {
  return (
    <div className={classes.columns}>
      <div className={classes.column}>{children}</div>
      <div className={classes.aside}>
        <div className={classes.column}>{aside}</div>
      </div>
    </div>
  );
}
