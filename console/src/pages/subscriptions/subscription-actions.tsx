import { Button, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { api, refresh, type Schema } from '../../api/client';
import { ConfirmButton } from '../../components/confirm-button';
import { notifyDone, notifyProblem } from '../../components/notify';
import { useCan } from '../../session/permissions';

interface Props {
  readonly subscription: Schema<'SubscriptionDto'>;
}

/** Enables what is not active; disables what is. */
export function StatusButton({ subscription: { id, name, url, status } }: Props) {
  const may = useCan();
  const told = (message: string) => ({
    onSuccess: async () => {
      await refresh('/v1/subscriptions');
      notifyDone(message);
    },
    onError: notifyProblem,
  });
  const enabling = api.useMutation('post', '/v1/subscriptions/{id}/enable', told('The subscription is active again.'));
  const disabling = api.useMutation('post', '/v1/subscriptions/{id}/disable', told('The subscription is disabled.'));
  const init = { params: { path: { id } } };
  return (
    <>
      {status !== 'active' && may('enableSubscription') && (
        <Button onClick={() => enabling.mutate(init)} loading={enabling.isPending}>
          Enable
        </Button>
      )}
      {(status === 'active' || status === 'suspended') && may('disableSubscription') && (
        <ConfirmButton
          label="Disable"
          title={`Disable the subscription “${name ?? url}”?`}
          isPending={disabling.isPending}
          onConfirm={() => disabling.mutateAsync(init)}
        >
          <Text size="sm">What is pending is cancelled, and what comes is skipped, until it is enabled again.</Text>
        </ConfirmButton>
      )}
    </>
  );
}

export function DeleteButton({ subscription: { id, name, url } }: Props) {
  const navigate = useNavigate();
  const deletion = api.useMutation('delete', '/v1/subscriptions/{id}', {
    onSuccess: async () => {
      notifyDone('The subscription was deleted.');
      await navigate({ to: '/subscriptions' });
      await refresh('/v1/subscriptions');
    },
    onError: notifyProblem,
  });
  return (
    <ConfirmButton
      label="Delete"
      title={`Delete the subscription “${name ?? url}”?`}
      danger
      isPending={deletion.isPending}
      onConfirm={() => deletion.mutateAsync({ params: { path: { id } } })}
    >
      <Text size="sm">{name ?? url} gets nothing any more. What is pending is cancelled; the history stays.</Text>
    </ConfirmButton>
  );
}
