import { PasswordInput, Select, SimpleGrid, Stack, TagsInput, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import type { Schema } from '../../api/client';
import { AUTH_KINDS, authenticityOf, type AuthKind, KEEP, NO_AUTH, type SourceFields } from './source-form';

type Rules = Schema<'SourceRulesDto'>;

interface Props {
  readonly form: UseFormReturnType<SourceFields>;
  readonly rules: Rules;
  /** Of a source that is there already: what isn't shown stays as it is unless told. */
  readonly existing?: Schema<'SourceDto'>;
}

/** What a source of a dialect is set up with: the fields that its `source_rules` name, and no others. */
export function SourceFieldset({ form, rules, existing }: Props) {
  const takesSecret = rules.secret === 'always' || (rules.secret === 'with_hmac' && form.values.authKind === 'hmac');
  return (
    <Stack gap="md" maw={560}>
      <TextInput
        label="Name"
        description="How you and your colleagues know it."
        placeholder="Our ATS, production"
        withAsterisk
        data-autofocus
        {...form.getInputProps('name')}
      />
      {rules.auth_types.length > 0 && <AuthFields form={form} rules={rules} existing={existing} />}
      {takesSecret && existing === undefined && (
        <PasswordInput
          label="Signing secret"
          description="Only if the vendor gave you one. Leave it empty and the hub makes one for you to paste there."
          placeholder="Made by the hub"
          autoComplete="new-password"
          visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the signing secret' }}
          {...form.getInputProps('secret')}
        />
      )}
      {rules.fetches && <FetchFields form={form} existing={existing} />}
      {rules.tied_events && (
        <TagsInput
          label="Further events"
          description="Events that the vendor has beyond its document, as Name=canonical.type; Enter after each."
          placeholder="NewApplication=application.submitted"
          {...form.getInputProps('events')}
        />
      )}
    </Stack>
  );
}

function AuthFields({ form, rules, existing }: Props) {
  const { authKind } = form.values;
  const none = { value: NO_AUTH, label: 'By nothing but its address' };
  const keep = {
    value: KEEP,
    label: `As it is: ${AUTH_KINDS[existing?.auth_type as AuthKind] ?? existing?.auth_type}`,
  };
  const options = [
    ...(existing?.auth_type != null ? [keep] : []),
    ...(rules.auth_required ? [] : [none]),
    ...rules.auth_types.map((value) => ({ value, label: AUTH_KINDS[value] })),
  ];
  return (
    <Stack gap="md">
      <Select
        label="How its calls are recognised"
        description={authenticityOf(rules)}
        data={options}
        allowDeselect={false}
        withAsterisk={rules.auth_required}
        placeholder="Choose"
        {...form.getInputProps('authKind')}
        error={form.errors.authKind ?? form.errors.auth}
      />
      {authKind === 'basic' && (
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <TextInput label="User name" autoComplete="off" {...form.getInputProps('username')} />
          <Secret label="Password" field="password" form={form} />
        </SimpleGrid>
      )}
      {authKind === 'bearer' && <Secret label="Token" field="token" form={form} />}
      {authKind === 'header' && (
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <TextInput label="Header" placeholder="x-api-key" spellCheck={false} {...form.getInputProps('header')} />
          <Secret label="Its value" field="value" form={form} />
        </SimpleGrid>
      )}
      {authKind === 'hmac' && (
        <SimpleGrid cols={{ base: 1, sm: 3 }}>
          <TextInput label="Header" placeholder="x-signature" spellCheck={false} {...form.getInputProps('header')} />
          <Select label="Encoding" data={['hex', 'base64']} allowDeselect={false} {...form.getInputProps('encoding')} />
          <TextInput label="Prefix" placeholder="sha256=" spellCheck={false} {...form.getInputProps('prefix')} />
        </SimpleGrid>
      )}
    </Stack>
  );
}

function FetchFields({ form, existing }: Pick<Props, 'form' | 'existing'>) {
  const isSet = existing?.fetch_base_url != null;
  return (
    <fieldset style={{ border: 0, margin: 0, padding: 0 }}>
      <Stack gap="md">
        <TextInput
          label="The vendor’s API"
          description={
            isSet
              ? 'Its events say little: the rest is read there. Change the address and give the login again, or leave both; empty takes them away.'
              : 'Its events say little: the rest is read there. Leave it empty and they go out as they come.'
          }
          placeholder="https://vendor.example.com"
          spellCheck={false}
          {...form.getInputProps('fetchUrl')}
          error={form.errors.fetchUrl ?? form.errors.fetch}
        />
        {form.values.fetchUrl.trim() !== '' && (
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <TextInput label="Login at its API" autoComplete="off" {...form.getInputProps('fetchUsername')} />
            <Secret label="Password at its API" field="fetchPassword" form={form} />
          </SimpleGrid>
        )}
      </Stack>
    </fieldset>
  );
}

interface SecretProps {
  readonly label: string;
  readonly field: 'password' | 'token' | 'value' | 'fetchPassword';
  readonly form: Props['form'];
}

function Secret({ label, field, form }: SecretProps) {
  return (
    <PasswordInput
      label={label}
      autoComplete="new-password"
      visibilityToggleButtonProps={{ 'aria-label': `Show or hide: ${label}` }}
      {...form.getInputProps(field)}
    />
  );
}
