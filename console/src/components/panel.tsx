import { Group, Paper, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './panel.module.css';

interface Props {
  readonly title?: string;
  readonly description?: ReactNode;
  readonly actions?: ReactNode;
  /** For tables, which reach to the edges. */
  readonly flush?: boolean;
  readonly children: ReactNode;
}

/** A part of a page, with a heading of its own. */
export function Panel({ title, description, actions, flush = false, children }: Props) {
  return (
    <Paper component="section" withBorder className={classes.panel}>
      {title !== undefined && (
        <Group justify="space-between" className={classes.head} gap="xs">
          <div className={classes.words}>
            <Title order={2}>{title}</Title>
            {description !== undefined && (
              <Text size="sm" c="dimmed" component="div">
                {description}
              </Text>
            )}
          </div>
          {actions !== undefined && <Group gap="xs">{actions}</Group>}
        </Group>
      )}
      <div className={flush ? undefined : classes.body} data-headed={title !== undefined}>
        {children}
      </div>
    </Paper>
  );
}
