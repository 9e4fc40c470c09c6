import { Box, Center, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './empty-state.module.css';

interface Props {
  readonly icon: Icon;
  readonly title: string;
  /** What this would show, and what to do next. */
  readonly children: ReactNode;
  readonly action?: ReactNode;
  /** It is all that the page has. */
  readonly isPage?: boolean;
}

export function EmptyState({ icon: StateIcon, title, children, action, isPage = false }: Props) {
  return (
    <Center py={48} px="md">
      <Stack align="center" gap="xs" maw={460} ta="center" className={classes.words}>
        <ThemeIcon variant="light" size={48} radius="xl" aria-hidden>
          <StateIcon size={24} stroke={1.6} />
        </ThemeIcon>
        <Title order={isPage ? 1 : 2} size="h4" mt="xs">
          {title}
        </Title>
        <Text c="dimmed" size="sm" component="div">
          {children}
        </Text>
        {action !== undefined && <Box mt="xs">{action}</Box>}
      </Stack>
    </Center>
  );
}
