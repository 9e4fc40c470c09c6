import { Button, Group, List, Modal, Select, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconLock } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, refresh, type Schema } from '../../api/client';
import { fieldProblems } from '../../api/problem';
import { EmptyState } from '../../components/empty-state';
import { notifyProblem } from '../../components/notify';
import { PageHeader } from '../../components/page-header';
import { Panel } from '../../components/panel';
import { useCan } from '../../session/permissions';

type Whom = Schema<'EraseSubjectDto'>;

const ENTITIES: readonly { readonly value: Whom['entity']; readonly label: string }[] = [
  { value: 'candidate', label: 'Candidate' },
  { value: 'application', label: 'Application: the candidate in it' },
  { value: 'referral', label: 'Referral: the candidate in it' },
  { value: 'employee', label: 'Employee' },
  { value: 'user', label: 'User of the ATS' },
];
const MANY = 200;

/** Takes everything about a person out of the hub. */
export function ErasePage() {
  const may = useCan();
  return (
    <>
      <PageHeader title="Erase a person" description="When somebody asks to be forgotten." />
      {may('eraseSubject') ? (
        <>
          <WhatItDoes />
          <EraseForm />
        </>
      ) : (
        <Panel>
          <EmptyState icon={IconLock} title="Only an administrator may erase somebody">
            Ask one of your account, or sign in with a key of that role.
          </EmptyState>
        </Panel>
      )}
    </>
  );
}

function WhatItDoes() {
  return (
    <Panel title="What it does">
      <List size="sm" spacing="xs">
        <List.Item>
          It finds every event that names the person by this id, whoever sent it; from a candidate also their
          applications and referrals. What names somebody by nothing but a name or an e-mail address cannot be found.
        </List.Item>
        <List.Item>
          It blanks these events, the bodies and answers of the webhook calls made for them, the inbound requests that
          brought them, and every mention of the id in the audit log. Deliveries that are pending are cancelled.
        </List.Item>
        <List.Item>
          It tells every subscription that was told something, where its dialect has a name for that. What these
          receivers keep is theirs to delete: the erasure lists them.
        </List.Item>
        <List.Item>
          From then on nothing about the person is accepted. That there were such events, and when, stays. Backups keep
          what they hold.
        </List.Item>
        <List.Item>
          An event that names a user is blanked as a whole: erase a user only when the events that they took part in may
          go as well.
        </List.Item>
      </List>
    </Panel>
  );
}

interface Fields {
  readonly entity: Whom['entity'];
  readonly id: string;
  readonly source_id: string | null;
}

function EraseForm() {
  const [asked, setAsked] = useState<Whom | null>(null);
  const form = useForm<Fields>({ initialValues: { entity: 'candidate', id: '', source_id: null } });
  const sources = api.useQuery('get', '/v1/sources', { params: { query: { limit: MANY } } });
  const ask = ({ entity, id, source_id: source }: Fields) =>
    id.trim() === ''
      ? form.setFieldError('id', 'Fill in the id that the ATS knows them by.')
      : setAsked({ entity, id: id.trim(), ...(source !== null && { source_id: source }) });
  return (
    <Panel title="Whom">
      <form onSubmit={form.onSubmit(ask)} noValidate>
        <Stack gap="md" maw={480}>
          <Select
            label="What the id is of"
            data={[...ENTITIES]}
            allowDeselect={false}
            {...form.getInputProps('entity')}
          />
          <TextInput
            label="Its id at the ATS"
            placeholder="cand_789012"
            withAsterisk
            spellCheck={false}
            autoComplete="off"
            {...form.getInputProps('id')}
          />
          <Select
            label="As told by"
            description="Only where two sources use the same id for different people."
            placeholder="All of the account"
            data={sources.data?.data.map(({ id, name }) => ({ value: id, label: name })) ?? []}
            clearable
            clearButtonProps={{ 'aria-label': 'All of the account' }}
            {...form.getInputProps('source_id')}
          />
          <Group>
            <Button type="submit" color="red.8">
              Erase this person
            </Button>
          </Group>
        </Stack>
      </form>
      <Modal opened={asked !== null} onClose={() => setAsked(null)} title="Erase this person?" centered>
        {asked && (
          <Confirmation
            whom={asked}
            onClose={() => setAsked(null)}
            onRefused={(problems) => {
              setAsked(null);
              form.setErrors(problems);
            }}
          />
        )}
      </Modal>
    </Panel>
  );
}

interface ConfirmationProps {
  readonly whom: Whom;
  readonly onClose: () => void;
  readonly onRefused: (problems: Readonly<Record<string, string>>) => void;
}

function Confirmation({ whom, onClose, onRefused }: ConfirmationProps) {
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const erase = api.useMutation('post', '/v1/subjects/erase', {
    onSuccess: async ({ id }) => {
      await refresh('/v1/events', '/v1/deliveries', '/v1/attempts', '/v1/audit-log', '/v1/inbound-requests');
      await navigate({ to: '/erasures/$id', params: { id } });
    },
    onError: (error) => {
      const problems = fieldProblems(error);
      if (Object.keys(problems).length > 0) onRefused(problems);
      else notifyProblem(error);
    },
  });
  const isSame = typed.trim() === whom.id;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isSame) erase.mutate({ body: whom });
      }}
    >
      <Stack gap="md">
        <Text size="sm">Everything about the {whom.entity} is taken out of the hub. It cannot be taken back.</Text>
        <TextInput
          label={
            <>
              Type <strong>{whom.id}</strong> to confirm
            </>
          }
          value={typed}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
          data-autofocus
          spellCheck={false}
          autoComplete="off"
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" color="red.8" disabled={!isSame} loading={erase.isPending}>
            Erase
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
