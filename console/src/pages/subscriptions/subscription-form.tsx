import {
  Accordion,
  Button,
  Group,
  NumberInput,
  PasswordInput,
  Stack,
  Switch,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { type ReactNode, useState } from 'react';
import type { Schema } from '../../api/client';
import { fieldProblems } from '../../api/problem';
import { EnvelopePreview } from '../../components/envelope-preview';
import { Form, goToMistake } from '../../components/form';
import { FormRefusal } from '../../components/form-refusal';
import { JsonField } from '../../components/json-field';
import { jsonMistake } from '../../components/json-text';
import { formatCount, NO_BREAK } from '../../components/numbers';
import { Panel } from '../../components/panel';
import { TwoColumns } from '../../components/two-columns';
import { AuthFields } from './auth-fields';
import { EventsPicker } from './events-picker';
import { HeadersFields } from './headers-fields';
import type { SubscriptionFields } from './subscription-fields';

interface Props {
  readonly dialect: Schema<'DialectDto'>;
  readonly initial: SubscriptionFields;
  /** Where a dialect can be chosen; one that is there keeps its own. */
  readonly dialectChoice?: (onChosen: () => void) => ReactNode;
  /** Of the subscription that is changed. */
  readonly current?: Schema<'SubscriptionDto'>;
  readonly onSubmit: (fields: SubscriptionFields) => void;
  readonly isPending: boolean;
  readonly error: unknown;
  readonly submitLabel: string;
  readonly cancel: ReactNode;
}

/** By the API's names for what the form calls otherwise. */
const FORM_NAMES: Readonly<Record<string, string>> = {
  timeout_ms: 'timeoutMs',
  rate_limit: 'rateLimit',
  include_files: 'includeFiles',
};
const MORE = 'more';
const MORE_FIELDS = ['description', 'secret', 'auth', 'headers', 'timeoutMs', 'rateLimit', 'includeFiles', 'filter'];

export function SubscriptionForm(props: Props) {
  const { dialect, initial, current, onSubmit, error } = props;
  const form = useForm<SubscriptionFields>({
    mode: 'controlled',
    initialValues: initial,
    validate: { filter: jsonMistake },
  });
  const refused = Object.fromEntries(
    Object.entries(fieldProblems(error)).map(([name, message]) => [FORM_NAMES[name] ?? name, message]),
  );
  const errorOf = (name: string): ReactNode => form.errors[name] ?? refused[name];
  const fields = form.getValues();
  const [opened, setOpened] = useState(current ? MORE : null);
  const hidesMistake = MORE_FIELDS.some((name) => errorOf(name) !== undefined);
  return (
    <Form refusal={error} onSubmit={form.onSubmit(onSubmit, goToMistake)}>
      <TwoColumns aside={<EnvelopePreview dialect={dialect} preferred={fields.events} />}>
        <Panel title="Where and what">
          <Stack gap="md">
            {/* Another dialect has other events: nothing of a choice among these can stay. */}
            {props.dialectChoice?.(() => form.setFieldValue('events', []))}
            <TextInput
              label="Address"
              description="Where the hub sends the events, by POST."
              placeholder="https://example.com/webhooks"
              type="url"
              withAsterisk
              {...form.getInputProps('url')}
              error={errorOf('url')}
            />
            <EventsPicker
              key={dialect.name}
              dialect={dialect}
              value={fields.events}
              onChange={(events) => form.setFieldValue('events', events)}
              error={errorOf('events')}
            />
            <TextInput
              label="Name"
              description="For people: it is what the lists show."
              {...form.getInputProps('name')}
              error={errorOf('name')}
            />
          </Stack>
        </Panel>
        <Panel flush>
          {/* At once: what is wrong in it is to have the focus. */}
          <Accordion value={hidesMistake ? MORE : opened} onChange={setOpened} transitionDuration={0}>
            <Accordion.Item value={MORE}>
              <Accordion.Control>More settings</Accordion.Control>
              <Accordion.Panel>
                <Stack gap="md">
                  <Textarea
                    label="Description"
                    autosize
                    minRows={2}
                    {...form.getInputProps('description')}
                    error={errorOf('description')}
                  />
                  {!current && (
                    <PasswordInput
                      label="Signing secret"
                      description="Left empty, the hub makes one and shows it once."
                      autoComplete="off"
                      {...form.getInputProps('secret')}
                      error={errorOf('secret')}
                    />
                  )}
                  <AuthFields
                    value={fields.auth}
                    onChange={(auth) => form.setFieldValue('auth', auth)}
                    current={current?.auth_type ?? null}
                    error={errorOf('auth')}
                  />
                  <HeadersFields
                    value={fields.headers}
                    onChange={(headers) => form.setFieldValue('headers', headers)}
                    currentNames={current?.header_names ?? []}
                    error={errorOf('headers')}
                  />
                  <Group grow align="start">
                    <NumberInput
                      label="Deadline"
                      description={`For the whole call. Empty: ${formatCount(dialect.policy.timeout_ms)}${NO_BREAK}ms, as the dialect has it.`}
                      suffix=" ms"
                      allowNegative={false}
                      allowDecimal={false}
                      {...form.getInputProps('timeoutMs')}
                      error={errorOf('timeoutMs')}
                    />
                    <NumberInput
                      label="Rate limit"
                      description="Calls a second; what is over it waits. Empty: no limit."
                      allowNegative={false}
                      {...form.getInputProps('rateLimit')}
                      error={errorOf('rateLimit')}
                    />
                  </Group>
                  <Switch
                    label="Include addresses of files"
                    description="Signed addresses are credentials: whoever has one can read the file."
                    {...form.getInputProps('includeFiles', { type: 'checkbox' })}
                    error={errorOf('includeFiles')}
                  />
                  <JsonField
                    label="Filter"
                    description="Conditions on an event; only events that meet all of them are sent."
                    placeholder='{"data.job.location.country": "DE"}'
                    {...form.getInputProps('filter')}
                    error={errorOf('filter')}
                  />
                </Stack>
              </Accordion.Panel>
            </Accordion.Item>
          </Accordion>
        </Panel>
        <FormRefusal error={error} />
        <Group gap="xs">
          <Button type="submit" loading={props.isPending}>
            {props.submitLabel}
          </Button>
          {props.cancel}
        </Group>
      </TwoColumns>
    </Form>
  );
}
