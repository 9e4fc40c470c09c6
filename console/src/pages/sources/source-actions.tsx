import { Button, Group, Modal, NumberInput, PasswordInput, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, refresh, type Schema } from '../../api/client';
import { fieldProblems } from '../../api/problem';
import { ConfirmButton } from '../../components/confirm-button';
import { notifyDone, notifyProblem } from '../../components/notify';
import { SecretOnce } from '../../components/secret-once';
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

function RotateButton({ source }: { readonly source: Source }) {
  const [isOpen, { open, close }] = useDisclosure(false);
  const [secret, setSecret] = useState<string | null>(null);
  return (
    <>
      <Button variant="default" onClick={open}>
        Rotate secret
      </Button>
      <Modal opened={isOpen} onClose={close} title="Rotate the signing secret" centered>
        <RotateForm
          source={source}
          onCancel={close}
          onRotated={(made) => {
            close();
            setSecret(made);
          }}
        />
      </Modal>
      <SecretOnce title="The new signing secret" secret={secret} onClose={() => setSecret(null)}>
        Paste it at the vendor in place of the old one.
      </SecretOnce>
    </>
  );
}

interface RotateProps {
  readonly source: Source;
  readonly onCancel: () => void;
  readonly onRotated: (secret: string | null) => void;
}

function RotateForm({ source: { id }, onCancel, onRotated }: RotateProps) {
  const form = useForm<{ overlap_hours: number | string; secret: string }>({
    initialValues: { overlap_hours: 24, secret: '' },
  });
  const rotate = api.useMutation('post', '/v1/sources/{id}/rotate-secret', {
    onSuccess: async (rotated) => {
      await refresh('/v1/sources');
      onRotated(rotated.secret);
    },
    onError: (error) => {
      const problems = fieldProblems(error);
      if (Object.keys(problems).length > 0) form.setErrors(problems);
      else notifyProblem(error);
    },
  });
  return (
    <form
      onSubmit={form.onSubmit(({ overlap_hours: hours, secret }) =>
        rotate.mutate({
          params: { path: { id } },
          body: { overlap_hours: Number(hours), ...(secret !== '' && { secret }) },
        }),
      )}
      noValidate
    >
      <Stack gap="md">
        <NumberInput
          label="Hours for which the old secret is good too"
          description="Until you have pasted the new one at the vendor. 0: it is worthless at once."
          data-autofocus
          {...form.getInputProps('overlap_hours')}
        />
        <PasswordInput
          label="New secret"
          description="Only if the vendor gave you one; else the hub makes it."
          placeholder="Made by the hub"
          autoComplete="new-password"
          visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the new secret' }}
          {...form.getInputProps('secret')}
        />
        <Text size="sm" c="dimmed">
          Calls signed with neither are refused.
        </Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={rotate.isPending}>
            Rotate
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
