import { Button, Group, MultiSelect, Stack, TagsInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { ReactNode } from 'react';
import { api, type Schema } from '../../api/client';
import { fieldProblems } from '../../api/problem';
import { Form, goToMistake } from '../../components/form';
import { FormRefusal } from '../../components/form-refusal';
import { JsonField } from '../../components/json-field';
import { fromJsonText, jsonMistake, toJsonText } from '../../components/json-text';
import { Panel } from '../../components/panel';
import { useCan } from '../../session/permissions';

export type PartnerInput = Pick<Schema<'CreatePartnerDto'>, 'name' | 'event_types' | 'source_ids' | 'filter'>;

interface Props {
  readonly current?: Schema<'PartnerDto'>;
  readonly onSubmit: (input: PartnerInput) => void;
  readonly isPending: boolean;
  readonly error: unknown;
  readonly submitLabel: string;
  readonly cancel: ReactNode;
}

interface Fields {
  readonly name: string;
  readonly eventTypes: string[];
  readonly sourceIds: string[];
  readonly filter: string;
}

const MOST_SOURCES = 200;
const orAll = (list: string[]) => (list.length > 0 ? list : null);

export function PartnerForm({ current, onSubmit, isPending, error, submitLabel, cancel }: Props) {
  const form = useForm<Fields>({
    mode: 'controlled',
    initialValues: {
      name: current?.name ?? '',
      eventTypes: current?.event_types ?? [],
      sourceIds: current?.source_ids ?? [],
      filter: toJsonText(current?.filter ?? null),
    },
    validate: { filter: jsonMistake },
  });
  const refused = fieldProblems(error);
  const send = ({ name, eventTypes, sourceIds, filter }: Fields) =>
    onSubmit({
      name,
      event_types: orAll(eventTypes),
      source_ids: orAll(sourceIds),
      filter: fromJsonText(filter),
    });
  return (
    <Form refusal={error} onSubmit={form.onSubmit(send, goToMistake)}>
      <Stack gap="lg" maw="46rem">
        <Panel title="What it may receive">
          <Stack gap="md">
            <TextInput label="Name" withAsterisk {...form.getInputProps('name')} error={refused.name} />
            <EventTypesInput {...form.getInputProps('eventTypes')} error={refused.event_types} />
            <SourcesInput {...form.getInputProps('sourceIds')} error={refused.source_ids} />
            <JsonField
              label="Filter"
              description="Conditions on an event; it gets only events that meet all of them."
              placeholder='{"data.job.location.country": "DE"}'
              {...form.getInputProps('filter')}
              error={form.errors.filter ?? refused.filter}
            />
          </Stack>
        </Panel>
        <FormRefusal error={error} />
        <Group gap="xs">
          <Button type="submit" loading={isPending}>
            {submitLabel}
          </Button>
          {cancel}
        </Group>
      </Stack>
    </Form>
  );
}

interface ListProps {
  readonly value?: string[];
  readonly onChange?: (list: string[]) => void;
  readonly error?: ReactNode;
}

function EventTypesInput(props: ListProps) {
  const eventTypes = api.useQuery('get', '/v1/event-types', {}, { staleTime: Infinity });
  const types = (eventTypes.data?.data ?? []).map(({ type }) => type);
  const kinds = [...new Set(types.map((type) => `${type.split('.')[0]}.*`))];
  return (
    <TagsInput
      label="Event types"
      description="Left empty, all. Choose some, or write your own."
      data={[
        { group: 'All of one kind', items: kinds },
        { group: 'Event types', items: types },
      ]}
      maxDropdownHeight={280}
      acceptValueOnBlur
      {...props}
    />
  );
}

function SourcesInput(props: ListProps) {
  const may = useCan();
  const query = { params: { query: { limit: MOST_SOURCES } } };
  const sources = api.useQuery('get', '/v1/sources', query, { enabled: may('listSources') });
  return (
    <MultiSelect
      label="Sources"
      description="Left empty, all."
      searchable
      data={(sources.data?.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
      {...props}
    />
  );
}
