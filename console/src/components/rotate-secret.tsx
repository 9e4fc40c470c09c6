import { Button, Group, Modal, NumberInput, PasswordInput, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useRef, useState } from 'react';
import { fieldProblems } from '../api/problem';
import { Form } from './form';
import { FormRefusal } from './form-refusal';
import { SecretOnce } from './secret-once';

interface Rotation {
  readonly overlap_hours: number;
  /** Absent: the hub makes it. */
  readonly secret?: string;
}

interface Props {
  readonly title: string;
  /** What happens while both secrets are in use. */
  readonly children: ReactNode;
  /** What the new secret is for. */
  readonly advice: string;
  readonly rotate: (rotation: Rotation) => Promise<{ readonly secret: string | null }>;
}

const DEFAULT_OVERLAP_HOURS = 24;

/** Replaces a signing secret, with a time in which the old one is good too, and shows the new one this once. */
export function RotateSecretButton({ title, children, advice, rotate }: Props) {
  const [isOpen, { open, close }] = useDisclosure(false);
  const [secret, setSecret] = useState<string | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const show = (made: string | null) => {
    close();
    setSecret(made);
  };
  return (
    <>
      <Button ref={button} variant="default" onClick={open}>
        Rotate the secret
      </Button>
      <Modal opened={isOpen} onClose={close} title={title} centered>
        <RotateForm rotate={rotate} onRotated={show} onCancel={close}>
          {children}
        </RotateForm>
      </Modal>
      <SecretOnce title="The new signing secret" secret={secret} onClose={() => setSecret(null)} returnTo={button}>
        {advice}
      </SecretOnce>
    </>
  );
}

interface FormProps extends Pick<Props, 'rotate' | 'children'> {
  readonly onRotated: (secret: string | null) => void;
  readonly onCancel: () => void;
}

function RotateForm({ rotate, onRotated, onCancel, children }: FormProps) {
  const form = useForm<{ hours: number | string; secret: string }>({
    mode: 'controlled',
    initialValues: { hours: DEFAULT_OVERLAP_HOURS, secret: '' },
  });
  const rotation = useMutation({ mutationFn: rotate, onSuccess: ({ secret }) => onRotated(secret) });
  const refused = fieldProblems(rotation.error);
  return (
    <Form
      refusal={rotation.error}
      onSubmit={form.onSubmit(({ hours, secret }) =>
        rotation.mutate({ overlap_hours: Number(hours), ...(secret !== '' && { secret }) }),
      )}
    >
      <Stack gap="md">
        <Text size="sm" component="div">
          {children}
        </Text>
        <NumberInput
          label="Overlap"
          description="For how long the old secret is good, too. 0: not at all."
          suffix=" hours"
          allowDecimal={false}
          allowNegative={false}
          data-autofocus
          {...form.getInputProps('hours')}
          error={refused.overlap_hours}
        />
        <PasswordInput
          label="New secret"
          description="Left empty, the hub makes one."
          placeholder="Made by the hub"
          autoComplete="new-password"
          visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the new secret' }}
          {...form.getInputProps('secret')}
          error={refused.secret}
        />
        <FormRefusal error={rotation.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={rotation.isPending}>
            Rotate
          </Button>
        </Group>
      </Stack>
    </Form>
  );
}
