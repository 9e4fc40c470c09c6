import { Link } from '@tanstack/react-router';
import { useCan } from '../session/permissions';
import { NAVIGATION, type NavigationEntry } from './navigation';
import classes from './shell.module.css';

export function SideBar() {
  const may = useCan();
  const groups = NAVIGATION.map(({ title, entries }) => ({
    title,
    entries: entries.filter(({ operation, unless }) => may(operation) && !(unless && may(unless))),
  }));
  return groups
    .filter(({ entries }) => entries.length > 0)
    .map(({ title, entries }) => (
      <div key={title} className={classes.group}>
        <div className={classes.groupTitle}>{title}</div>
        {entries.map((entry) => (
          <NavigationLink key={entry.label} entry={entry} />
        ))}
      </div>
    ));
}

function NavigationLink({ entry: { to, icon: EntryIcon, label } }: { readonly entry: NavigationEntry }) {
  return (
    <Link to={to} className={classes.link} activeOptions={{ exact: to === '/', includeSearch: false }}>
      <EntryIcon size={18} stroke={1.7} aria-hidden />
      {label}
    </Link>
  );
}
