import { Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { api, refresh, type Schema } from '../../api/client';
import { ConfirmButton } from '../../components/confirm-button';
import { notifyDone, notifyProblem } from '../../components/notify';
import { RotateSecretButton } from '../../components/rotate-secret';
import { useCan } from '../../session/permissions';

type Source = Schema<'SourceDto'>;

/** What can be done to a source, for whoever may. */
export function SourceActions({ source }: { readonly source: Source }) {
  const may = useCan();
  return (
    <>
      {may('rotateSourceSecret') && source.has_secret && <RotateButton source={source} />}
      {may('updateSource') && <EnableButton source={source} />}
      {may('deleteSource') && <DeleteButton source={source} />}
    </>
  );
}

function EnableButton({ source: { id, name, status } }: { readonly source: Source }) {
  const update = api.useMutation('patch', '/v1/sources/{id}', {
    onSuccess: () => refresh('/v1/sources'),
    onError: notifyProblem,
  });
  const become = (next: Source['status']) => update.mutateAsync({ params: { path: { id } }, body: { status: next } });
  if (status === 'disabled') {
    return (
      <Button variant="default" loading={update.isPending} onClick={() => void become('active').catch(() => undefined)}>
        Enable
      </Button>
    );
  }
  return (
    <ConfirmButton
      label="Disable"
      title={`Disable the source “${name}”?`}
      onConfirm={() => become('disabled')}
      isPending={update.isPending}
    >
      Its calls are refused with 403 and kept for inspection, until you enable it again. Most vendors try again for a
      while; what they give up on is lost.
    </ConfirmButton>
  );
}

function DeleteButton({ source: { id, name } }: { readonly source: Source }) {
  const navigate = useNavigate();
  const remove = api.useMutation('delete', '/v1/sources/{id}', {
    onSuccess: async () => {
      notifyDone(`${name} is disconnected.`);
      await navigate({ to: '/sources' });
      await refresh('/v1/sources');
    },
    onError: notifyProblem,
  });
  return (
    <ConfirmButton
      label="Delete"
      title={`Delete the source “${name}”?`}
      danger
      onConfirm={() => remove.mutateAsync({ params: { path: { id } } })}
      isPending={remove.isPending}
    >
      The address of {name} answers 404 from then on, and cannot be had again. The events that came in through it stay.
    </ConfirmButton>
  );
}

function RotateButton({ source: { id } }: { readonly source: Source }) {
  const rotation = api.useMutation('post', '/v1/sources/{id}/rotate-secret', {
    onSuccess: () => refresh('/v1/sources'),
  });
  return (
    <RotateSecretButton
      title="Rotate the signing secret"
      advice="Paste it at the vendor in place of the old one."
      rotate={(body) => rotation.mutateAsync({ params: { path: { id } }, body })}
    >
      Calls signed with the old secret are taken, too, while the overlap lasts: until you have pasted the new one at the
      vendor. Calls signed with neither are refused.
    </RotateSecretButton>
  );
}
