import { Button, Group, List, Modal, Select, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, refresh, type Schema } from '../../api/client';
import { fieldProblems } from '../../api/problem';
import { Form, goToMistake } from '../../components/form';
import { notifyProblem } from '../../components/notify';
import { PageHeader } from '../../components/page-header';
import { Panel } from '../../components/panel';
import { useCan } from '../../session/permissions';
import { ErasureList } from './erasure-list';

type Whom = Schema<'EraseSubjectDto'>;

const ENTITIES: readonly { readonly value: Whom['entity']; readonly label: string }[] = [
  { value: 'candidate', label: 'Candidate' },
  { value: 'application', label: 'Application: erases its candidate' },
  { value: 'referral', label: 'Referral: erases its candidate' },
  { value: 'employee', label: 'Employee' },
  { value: 'user', label: 'User of the ATS' },
];
const MANY = 200;

/** Takes everything about a person out of the hub. */
export function ErasePage() {
  const may = useCan();
  return (
    <>
      <PageHeader
        title={may('eraseSubject') ? 'Erase a person' : 'Erasures'}
        description={
          may('eraseSubject') ? 'When somebody asks to be forgotten.' : 'Only an administrator may erase somebody.'
        }
      />
      {may('eraseSubject') && (
        <>
          <WhatItDoes />
          <EraseForm />
        </>
      )}
      {may('listErasures') && <ErasureList />}
    </>
  );
}

function WhatItDoes() {
  return (
    <Panel title="What it does">
      <List size="sm" spacing="xs" maw="54rem">
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
  const [refusal, setRefusal] = useState<unknown>(null);
  const form = useForm<Fields>({
    initialValues: { entity: 'candidate', id: '', source_id: null },
    validate: { id: (id) => (id.trim() === '' ? 'Fill in the id that your ATS knows them by.' : null) },
  });
  const sources = api.useQuery('get', '/v1/sources', { params: { query: { limit: MANY } } });
  const ask = ({ entity, id, source_id: source }: Fields) => {
    setRefusal(null);
    setAsked({ entity, id: id.trim(), ...(source !== null && { source_id: source }) });
  };
  return (
    <Panel title="Whom">
      <Form refusal={refusal} onSubmit={form.onSubmit(ask, goToMistake)}>
        <Stack gap="md" maw={480}>
          <Select
            label="What your ATS knows them as"
            data={[...ENTITIES]}
            allowDeselect={false}
            {...form.getInputProps('entity')}
          />
          <TextInput
            label="Their id in your ATS"
            description="As your ATS sends it, for instance in data.candidate.id of an event."
            placeholder="cand_789012"
            withAsterisk
            spellCheck={false}
            autoComplete="off"
            {...form.getInputProps('id')}
          />
          <Select
            label="Source"
            description="Choose one only where two sources use the same id for different people."
            placeholder="All sources"
            data={sources.data?.data.map(({ id, name }) => ({ value: id, label: name })) ?? []}
            clearable
            clearButtonProps={{ 'aria-label': 'All sources' }}
            {...form.getInputProps('source_id')}
          />
          <Group>
            <Button type="submit" color="red.8">
              Erase this person
            </Button>
          </Group>
        </Stack>
      </Form>
      <Modal
        opened={asked !== null}
        onClose={() => setAsked(null)}
        title="Erase this person?"
        centered
        // The focus goes to the field that was refused.
        returnFocus={refusal === null}
      >
        {asked && (
          <Confirmation
            whom={asked}
            onClose={() => setAsked(null)}
            onRefused={(error) => {
              setAsked(null);
              form.setErrors(fieldProblems(error));
              setRefusal(error);
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
  readonly onRefused: (error: unknown) => void;
}

function Confirmation({ whom, onClose, onRefused }: ConfirmationProps) {
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const erase = api.useMutation('post', '/v1/subjects/erase', {
    onSuccess: async ({ id }) => {
      await refresh(
        '/v1/events',
        '/v1/deliveries',
        '/v1/attempts',
        '/v1/audit-log',
        '/v1/inbound-requests',
        '/v1/erasures',
      );
      await navigate({ to: '/erasures/$id', params: { id } });
    },
    onError: (error) => {
      if (Object.keys(fieldProblems(error)).length > 0) onRefused(error);
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
