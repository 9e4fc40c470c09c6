import { Button, Stack, Text } from '@mantine/core';
import { IconSend } from '@tabler/icons-react';
import { api, type Schema } from '../../api/client';
import { AttemptView } from '../../components/attempt-view';
import { ErrorState } from '../../components/error-state';
import { Notice } from '../../components/notice';
import { Panel } from '../../components/panel';

/** Sends the dialect's test event and shows what the receiver answered. */
export function TestPanel({ subscription: { id } }: { readonly subscription: Schema<'SubscriptionDto'> }) {
  const test = api.useMutation('post', '/v1/subscriptions/{id}/test');
  return (
    <Panel
      title="Test"
      description="Sends an example event now: the people and jobs in it are made up. It counts towards nothing."
      actions={
        <Button
          variant="light"
          leftSection={<IconSend size={16} />}
          loading={test.isPending}
          onClick={() => test.mutate({ params: { path: { id } } })}
        >
          Send a test event
        </Button>
      }
    >
      <div aria-live="polite">
        {test.error !== null && <ErrorState error={test.error} />}
        {test.data && (
          <Stack gap="md">
            <Notice tone="info">Example data: the people, jobs and ids in it are made up.</Notice>
            <AttemptView attempt={test.data} />
          </Stack>
        )}
        {test.isIdle && (
          <Text size="sm" c="dimmed">
            The receiver’s answer is shown here.
          </Text>
        )}
      </div>
    </Panel>
  );
}
