import type { ReactNode } from 'react';
import classes from './notice.module.css';

interface Props {
  readonly tone: 'info' | 'good' | 'warning' | 'bad';
  readonly title?: string;
  readonly children?: ReactNode;
  /** `alert` for what went wrong just now, `status` for what is so; read out as it appears. */
  readonly role?: 'alert' | 'status';
}

/** A framed message. */
export function Notice({ tone, title, children, role }: Props) {
  return (
    <div className={classes.notice} data-tone={tone} role={role}>
      {title !== undefined && <p className={classes.title}>{title}</p>}
      {children !== undefined && <div>{children}</div>}
    </div>
  );
}
