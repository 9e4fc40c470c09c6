import type { ReactNode } from 'react';
import { breakable } from './breakable';
import classes from './tag.module.css';

/** A name in a frame of its own: a dialect, an event type, a role. */
export function Tag({ children }: { readonly children: ReactNode }) {
  return <span className={classes.tag}>{breakable(children)}</span>;
}

/** What a subscription asks for. `*` leaves out the hub's own events. */
export function EventTags({ names, most }: { readonly names: readonly string[]; readonly most?: number }) {
  return <Tags names={names.map((name) => (name === '*' ? 'All of the ATS' : name))} most={most} />;
}

/** The first few of many names, and how many more there are. */
export function Tags({ names, most = 3 }: { readonly names: readonly string[]; readonly most?: number }) {
  const more = names.length - most;
  return (
    <span className={classes.tags}>
      {names.slice(0, most).map((name) => (
        <Tag key={name}>{name}</Tag>
      ))}
      {more > 0 && <span title={names.slice(most).join(', ')}>+{more}</span>}
    </span>
  );
}
