import { Button, Group, Stack, Text } from '@mantine/core';
import { showProblem } from '../api/problem';
import { CopiedValue } from './copied-value';
import { Notice } from './notice';

interface Props {
  readonly error: unknown;
  readonly onRetry?: () => void;
  readonly onSignOut?: () => void;
}

/** What happened, what to do about it, and the request id to look for in the logs. */
export function ErrorState({ error, onRetry, onSignOut }: Props) {
  const { title, detail, advice, requestId } = showProblem(error);
  return (
    <Notice tone="bad" title={title} role="alert">
      <Stack gap="xs">
        <Text size="sm">{detail}</Text>
        <Text size="sm" c="dimmed">
          {advice}
        </Text>
        {requestId !== null && (
          <Group gap={4}>
            <Text size="xs" c="dimmed">
              Request
            </Text>
            <CopiedValue value={requestId} label="Copy the request id" />
          </Group>
        )}
        {(onRetry || onSignOut) && (
          <Group gap="xs">
            {onRetry && (
              <Button size="xs" variant="default" onClick={onRetry}>
                Try again
              </Button>
            )}
            {onSignOut && (
              <Button size="xs" variant="subtle" onClick={onSignOut}>
                Sign out
              </Button>
            )}
          </Group>
        )}
      </Stack>
    </Notice>
  );
}
