import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { api, refresh } from '../../api/client';
import { OPERATION_ROLES } from '../../api/operation-roles';
import { fieldProblems } from '../../api/problem';
import { Form } from '../../components/form';
import { FormRefusal } from '../../components/form-refusal';
import { SecretOnce } from '../../components/secret-once';
import type { Role } from '../../session/permissions';

interface Props {
  /** Whose key it will be, where that is settled. */
  readonly partnerId?: string;
}

interface Fields {
  readonly name: string;
  readonly role: Role;
  readonly partnerId: string;
  readonly expiresAt: string;
}

/** Everybody may ask who they are: these are all roles. */
const ROLES = OPERATION_ROLES.getMe;
const MEANINGS: Readonly<Record<Role, string>> = {
  admin: 'may do everything',
  producer: 'puts events in',
  viewer: 'reads the account',
  partner: 'has subscriptions of its own',
};
const MOST_PARTNERS = 200;

/** Makes an API key, and shows it once. */
export function NewApiKeyButton({ partnerId }: Props) {
  const [isOpen, { open, close }] = useDisclosure(false);
  const [key, setKey] = useState<string | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const show = (made: string) => {
    close();
    setKey(made);
  };
  return (
    <>
      <Button ref={button} onClick={open} leftSection={<IconPlus size={16} />}>
        New API key
      </Button>
      <Modal opened={isOpen} onClose={close} title="New API key" centered>
        <KeyForm partnerId={partnerId} onMade={show} onCancel={close} />
      </Modal>
      <SecretOnce title="The new API key" secret={key} onClose={() => setKey(null)} returnTo={button}>
        It is sent as <code>Authorization: Bearer</code>, and signs in to this console.
      </SecretOnce>
    </>
  );
}

interface FormProps extends Props {
  readonly onMade: (key: string) => void;
  readonly onCancel: () => void;
}

function KeyForm({ partnerId, onMade, onCancel }: FormProps) {
  const form = useForm<Fields>({
    mode: 'controlled',
    initialValues: {
      name: '',
      role: partnerId === undefined ? 'viewer' : 'partner',
      partnerId: partnerId ?? '',
      expiresAt: '',
    },
  });
  const creation = api.useMutation('post', '/v1/api-keys', {
    onSuccess: async ({ key }) => {
      onMade(key);
      await refresh('/v1/api-keys');
    },
  });
  const refused = fieldProblems(creation.error);
  const { role } = form.getValues();
  const create = (fields: Fields) =>
    creation.mutate({
      body: {
        name: fields.name,
        role: fields.role,
        ...(fields.role === 'partner' && { partner_id: fields.partnerId }),
        ...(fields.expiresAt !== '' && { expires_at: new Date(fields.expiresAt).toISOString() }),
      },
    });
  return (
    <Form refusal={creation.error} onSubmit={form.onSubmit(create)}>
      <Stack gap="md">
        <TextInput
          label="Name"
          description="Who or what will use it."
          data-autofocus
          withAsterisk
          {...form.getInputProps('name')}
          error={refused.name}
        />
        {partnerId === undefined && (
          <Select
            label="Role"
            data={ROLES.map((name) => ({ value: name, label: `${name}: ${MEANINGS[name]}` }))}
            allowDeselect={false}
            {...form.getInputProps('role')}
            error={refused.role}
          />
        )}
        {partnerId === undefined && role === 'partner' && (
          <PartnerSelect {...form.getInputProps('partnerId')} error={refused.partner_id} />
        )}
        <TextInput
          type="datetime-local"
          label="Expires"
          description="Left empty, it never does."
          {...form.getInputProps('expiresAt')}
          error={refused.expires_at}
        />
        <FormRefusal error={creation.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={creation.isPending}>
            Make the key
          </Button>
        </Group>
      </Stack>
    </Form>
  );
}

interface PartnerSelectProps {
  readonly value?: string;
  readonly onChange?: (id: string | null) => void;
  readonly error?: React.ReactNode;
}

function PartnerSelect(props: PartnerSelectProps) {
  const partners = api.useQuery('get', '/v1/partners', { params: { query: { limit: MOST_PARTNERS } } });
  return (
    <Select
      label="Partner"
      withAsterisk
      searchable
      placeholder={partners.data?.data.length === 0 ? 'There is none yet: add one first' : 'Choose one'}
      data={(partners.data?.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
      {...props}
    />
  );
}
