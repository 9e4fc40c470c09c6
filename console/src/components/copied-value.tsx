import { Code, Group } from '@mantine/core';
import { CopyButton } from './copy-button';

/** An id or an address, with a button that copies it. */
export function CopiedValue({ value, label }: { readonly value: string; readonly label: string }) {
  return (
    <Group gap={4} wrap="nowrap">
      <Code>{value}</Code>
      <CopyButton value={value} label={label} />
    </Group>
  );
}
