import { Button, Paper } from '@mantine/core';
import { IconFilter } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import classes from './filter-bar.module.css';
import { useFilters } from './use-filters';

interface Props {
  /** What the address bar says now, by filter: those of the list, and nothing else. */
  readonly active: Readonly<Record<string, string | undefined>>;
  readonly children: ReactNode;
}

/** The filters above a list. On a phone they are behind a button. */
export function FilterBar({ active, children }: Props) {
  const filter = useFilters();
  const [isOpen, setOpen] = useState(false);
  const names = Object.keys(active).filter((name) => active[name] !== undefined);
  const clear = () => filter(Object.fromEntries(names.map((name) => [name, undefined])));
  return (
    <Paper component="search" withBorder className={classes.bar} aria-label="Filters">
      <Button
        hiddenFrom="sm"
        variant="default"
        fullWidth
        leftSection={<IconFilter size={16} aria-hidden />}
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        {names.length === 0 ? 'Filters' : `Filters (${names.length})`}
      </Button>
      <div className={classes.fields} data-open={isOpen}>
        {children}
        {names.length > 0 && (
          <Button variant="default" onClick={clear} className={classes.clear}>
            Clear filters
          </Button>
        )}
      </div>
    </Paper>
  );
}
