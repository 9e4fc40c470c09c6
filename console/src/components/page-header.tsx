import { Group, Text, Title } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { breakable } from './breakable';
import classes from './page-header.module.css';
import { useDocumentTitle } from './use-document-title';

interface Props {
  readonly title: string;
  /** Beside the title: a status, say. */
  readonly badge?: ReactNode;
  readonly description?: ReactNode;
  readonly actions?: ReactNode;
  /** A `TextLink` to where this page hangs. */
  readonly back?: ReactNode;
}

/** The head of every page; also names the document. */
export function PageHeader({ title, badge, description, actions, back }: Props) {
  useDocumentTitle(title);
  return (
    <header>
      {back !== undefined && (
        <Group gap={4} mb={6} wrap="nowrap" className={classes.back}>
          <IconArrowLeft size={14} className={classes.arrow} aria-hidden />
          {back}
        </Group>
      )}
      <Group justify="space-between" align="flex-start" gap="md">
        <div className={classes.words}>
          <Group gap="sm">
            <Title order={1} className={classes.title}>
              {breakable(title)}
            </Title>
            {badge}
          </Group>
          {description !== undefined && (
            <Text component="div" c="dimmed" size="sm" mt={4}>
              {description}
            </Text>
          )}
        </div>
        {actions !== undefined && <Group gap="xs">{actions}</Group>}
      </Group>
    </header>
  );
}
