import { Text } from '@mantine/core';
import { api, refresh, type Schema } from '../../api/client';
import { ConfirmButton } from '../../components/confirm-button';
import { notifyDone, notifyProblem } from '../../components/notify';
import { Panel } from '../../components/panel';
import { RotateSecretButton } from '../../components/rotate-secret';
import { ExactTime } from '../../components/time-ago';
import { useCan } from '../../session/permissions';

interface Props {
  readonly subscription: Schema<'SubscriptionDto'>;
}

/** The signing secret: never shown again, but replaced, with a time in which both are in use. */
export function SecretPanel({ subscription }: Props) {
  const may = useCan();
  const until = subscription.previous_secret_expires_at;
  return (
    <Panel
      title="Signing secret"
      description="The receiver verifies with it that a call comes from this hub. It was shown when it was made."
      actions={
        <>
          {until !== null && may('completeSubscriptionSecretRotation') && <EndOverlapButton id={subscription.id} />}
          {may('rotateSubscriptionSecret') && <RotateButton id={subscription.id} />}
        </>
      }
    >
      <Text size="sm">
        {until === null ? (
          'One secret signs all calls.'
        ) : (
          <>
            Until <ExactTime at={until} /> both the old and the new secret sign, and a header that can carry only one
            signature carries the old one’s. From then on the new secret signs alone.
          </>
        )}
      </Text>
    </Panel>
  );
}

function RotateButton({ id }: { readonly id: string }) {
  const rotation = api.useMutation('post', '/v1/subscriptions/{id}/rotate-secret', {
    onSuccess: () => refresh('/v1/subscriptions'),
  });
  return (
    <RotateSecretButton
      title="Rotate the signing secret"
      advice="Give it to the receiver before the overlap ends."
      rotate={(body) => rotation.mutateAsync({ params: { path: { id } }, body })}
    >
      While the overlap lasts, headers that can carry several signatures carry those of both secrets; one that can carry
      only one carries the old secret’s. Until it ends the receiver has to take the new secret over.
    </RotateSecretButton>
  );
}

function EndOverlapButton({ id }: { readonly id: string }) {
  const ending = api.useMutation('post', '/v1/subscriptions/{id}/rotate-secret/complete', {
    onSuccess: async () => {
      await refresh('/v1/subscriptions');
      notifyDone('Only the new secret signs now.');
    },
    onError: notifyProblem,
  });
  return (
    <ConfirmButton
      label="End the overlap now"
      title="End the overlap now?"
      isPending={ending.isPending}
      onConfirm={() => ending.mutateAsync({ params: { path: { id } } })}
    >
      <Text size="sm">
        The old secret is gone for good then: a receiver that has not taken the new one over refuses every call.
      </Text>
    </ConfirmButton>
  );
}
