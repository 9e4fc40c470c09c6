import { Group, Input, PasswordInput, Select, Stack, TextInput } from '@mantine/core';
import type { AuthFields as Fields, AuthType } from './subscription-fields';

interface Props {
  readonly value: Fields;
  readonly onChange: (auth: Fields) => void;
  /** The kind that is set and not shown, where one is. */
  readonly current: string | null;
  readonly error?: React.ReactNode;
}

const KINDS: readonly { readonly value: AuthType; readonly label: string }[] = [
  { value: 'none', label: 'Signatures alone' },
  { value: 'basic', label: 'HTTP Basic' },
  { value: 'bearer', label: 'Bearer token' },
  { value: 'header', label: 'A header of your own' },
  { value: 'hmac', label: 'HMAC-SHA256 of the body in a header' },
];

/** How the receiver recognises the hub, beside the signatures. */
export function AuthFields({ value, onChange, current, error }: Props) {
  const change = (changes: Partial<Fields>) => onChange({ ...value, ...changes });
  const kept = current === null ? [] : [{ value: 'keep' as const, label: `As it is now: ${current}` }];
  return (
    <Input.Wrapper error={error}>
      <Stack gap="sm">
        <Select
          label="Authentication"
          description="How the receiver recognises the hub, beside the signatures."
          data={[...kept, ...KINDS]}
          value={value.type}
          onChange={(type) => type !== null && change({ type: type })}
          allowDeselect={false}
        />
        <Details value={value} change={change} />
      </Stack>
    </Input.Wrapper>
  );
}

interface DetailsProps {
  readonly value: Fields;
  readonly change: (changes: Partial<Fields>) => void;
}

function Details({ value, change }: DetailsProps) {
  const text = (name: 'username' | 'password' | 'token' | 'header' | 'value' | 'prefix') => ({
    value: value[name],
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => change({ [name]: event.currentTarget.value }),
    autoComplete: 'off',
  });
  switch (value.type) {
    case 'basic':
      return (
        <Group grow align="start">
          <TextInput label="Username" {...text('username')} />
          <PasswordInput label="Password" {...text('password')} />
        </Group>
      );
    case 'bearer':
      return <PasswordInput label="Token" {...text('token')} />;
    case 'header':
      return (
        <Group grow align="start">
          <TextInput label="Header" placeholder="x-api-key" {...text('header')} />
          <PasswordInput label="Value" {...text('value')} />
        </Group>
      );
    case 'hmac':
      return (
        <Group grow align="start">
          <TextInput label="Header" placeholder="x-signature" {...text('header')} />
          <Select
            label="Encoding"
            data={['hex', 'base64']}
            value={value.encoding}
            onChange={(encoding) => change({ encoding: encoding === 'base64' ? 'base64' : 'hex' })}
            allowDeselect={false}
          />
          <TextInput label="Prefix" placeholder="sha256=" {...text('prefix')} />
        </Group>
      );
    default:
      return null;
  }
}
