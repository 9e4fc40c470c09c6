import { ActionIcon, Button, Group, Input, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import type { SubscriptionFields } from './subscription-fields';

type Headers = SubscriptionFields['headers'];

interface Props {
  readonly value: Headers;
  readonly onChange: (headers: Headers) => void;
  /** Those that are set; their values are not shown. */
  readonly currentNames: readonly string[];
  readonly error?: React.ReactNode;
}

/** Headers that go along with every call. */
export function HeadersFields({ value, onChange, currentNames, error }: Props) {
  return (
    <Input.Wrapper label="Headers" labelElement="div" description="Sent along with every call." error={error}>
      {value === null ? (
        <Group gap="xs" mt={6}>
          <Text size="sm">{currentNames.join(', ')}: set, and not shown.</Text>
          <Button size="xs" variant="default" onClick={() => onChange([])}>
            Replace them
          </Button>
        </Group>
      ) : (
        <Rows rows={value} onChange={onChange} />
      )}
    </Input.Wrapper>
  );
}

interface RowsProps {
  readonly rows: NonNullable<Headers>;
  readonly onChange: (headers: NonNullable<Headers>) => void;
}

function Rows({ rows, onChange }: RowsProps) {
  const change = (index: number, part: { name?: string; value?: string }) =>
    onChange(rows.map((row, at) => (at === index ? { ...row, ...part } : row)));
  return (
    <Stack gap="xs" mt={6} align="flex-start">
      {rows.map(({ name, value }, index) => (
        <Group key={index} gap="xs" wrap="nowrap" w="100%">
          <TextInput
            flex={1}
            aria-label={`Name of header ${index + 1}`}
            placeholder="x-tenant"
            value={name}
            onChange={({ currentTarget }) => change(index, { name: currentTarget.value })}
          />
          <TextInput
            flex={2}
            aria-label={`Value of header ${index + 1}`}
            value={value}
            onChange={({ currentTarget }) => change(index, { value: currentTarget.value })}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`Leave out header ${index + 1}`}
            onClick={() => onChange(rows.filter((_row, at) => at !== index))}
          >
            <IconX size={16} />
          </ActionIcon>
        </Group>
      ))}
      <Button
        size="xs"
        variant="default"
        leftSection={<IconPlus size={14} />}
        onClick={() => onChange([...rows, { name: '', value: '' }])}
      >
        Add a header
      </Button>
    </Stack>
  );
}
