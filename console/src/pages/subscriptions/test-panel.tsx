import { Button, Text } from '@mantine/core';
import { IconSend } from '@tabler/icons-react';
import { api, type Schema } from '../../api/client';
import { AttemptView } from '../../components/attempt-view';
import { ErrorState } from '../../components/error-state';
import { Panel } from '../../components/panel';

/** Sends the dialect's test event and shows what the receiver answered. */
export function TestPanel({ subscription: { id } }: { readonly subscription: Schema<'SubscriptionDto'> }) {
  const test = api.useMutation('post', '/v1/subscriptions/{id}/test');
  return (
    <Panel
      title="Test"
      description="Sends a test event now. It counts towards nothing."
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
        {test.data && <AttemptView attempt={test.data} />}
        {test.isIdle && (
          <Text size="sm" c="dimmed">
            The receiver’s answer is shown here.
          </Text>
        )}
      </div>
    </Panel>
  );
}
