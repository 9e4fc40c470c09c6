import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { breakable } from '../../components/breakable';
import classes from './mono-text.module.css';

/** A name as programs write it. */
export function MonoText({ children }: { readonly children: ReactNode }) {
  return (
    <Text span size="sm" className={classes.mono} ff="monospace" fw={600}>
      {breakable(children)}
    </Text>
  );
}
