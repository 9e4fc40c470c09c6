import { Button, Group, NumberInput, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { api, refresh, type Schema } from '../../api/client';
import { ConfirmButton } from '../../components/confirm-button';
import { notifyDone, notifyProblem } from '../../components/notify';
import { Panel } from '../../components/panel';
import { SecretOnce } from '../../components/secret-once';
import { TimeAgo } from '../../components/time-ago';
import { useCan } from '../../session/permissions';

interface Props {
  readonly subscription: Schema<'SubscriptionDto'>;
}

const DEFAULT_OVERLAP_HOURS = 24;

/** The signing secret: never shown again, but replaced, with a time in which both are in use. */
export function SecretPanel({ subscription }: Props) {
  const may = useCan();
  const [secret, setSecret] = useState<string | null>(null);
  const until = subscription.previous_secret_expires_at;
  return (
    <Panel
      title="Signing secret"
      description="The receiver verifies with it that a call comes from this hub. It was shown when it was made."
      actions={
        <>
          {until !== null && may('completeSubscriptionSecretRotation') && <EndOverlapButton id={subscription.id} />}
          {may('rotateSubscriptionSecret') && <RotateButton id={subscription.id} onRotated={setSecret} />}
        </>
      }
    >
      <Text size="sm">
        {until === null ? (
          'One secret is in use.'
        ) : (
          <>
            Two secrets are in use: the one before ends <TimeAgo at={until} />.
          </>
        )}
      </Text>
      <SecretOnce title="The new signing secret" secret={secret} onClose={() => setSecret(null)}>
        Give it to the receiver before the overlap ends.
      </SecretOnce>
    </Panel>
  );
}

interface RotateProps {
  readonly id: string;
  readonly onRotated: (secret: string) => void;
}

function RotateButton({ id, onRotated }: RotateProps) {
  const [hours, setHours] = useState<number | string>(DEFAULT_OVERLAP_HOURS);
  const rotation = api.useMutation('post', '/v1/subscriptions/{id}/rotate-secret', {
    onSuccess: async ({ secret }) => {
      onRotated(secret);
      await refresh('/v1/subscriptions');
    },
    onError: notifyProblem,
  });
  return (
    <ConfirmButton
      label="Rotate the secret"
      title="Rotate the subscription’s signing secret?"
      isPending={rotation.isPending}
      onConfirm={() => rotation.mutateAsync({ params: { path: { id } }, body: { overlap_hours: Number(hours) } })}
    >
      <Stack gap="md">
        <Text size="sm">
          A new secret is made. While the overlap lasts, headers that can carry several signatures carry both; one that
          carries a single signature is made with the old secret.
        </Text>
        <NumberInput
          label="Overlap"
          description="How long the receiver has to take the new secret over. 0: not at all."
          suffix=" hours"
          allowDecimal={false}
          allowNegative={false}
          value={hours}
          onChange={setHours}
        />
      </Stack>
    </ConfirmButton>
  );
}

function EndOverlapButton({ id }: { readonly id: string }) {
  const ending = api.useMutation('post', '/v1/subscriptions/{id}/rotate-secret/complete', {
    onSuccess: async () => {
      await refresh('/v1/subscriptions');
      notifyDone('Only the new secret is in use.');
    },
    onError: notifyProblem,
  });
  return (
    <Group>
      <Button variant="default" loading={ending.isPending} onClick={() => ending.mutate({ params: { path: { id } } })}>
        End the overlap now
      </Button>
    </Group>
  );
}
