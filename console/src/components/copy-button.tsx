import { ActionIcon, Button, CopyButton as MantineCopyButton, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';

interface Props {
  readonly value: string;
  /** What is copied: “Copy the secret”. */
  readonly label: string;
  /** As a button with words, where copying is the thing to do. */
  readonly prominent?: boolean;
}

export function CopyButton({ value, label, prominent = false }: Props) {
  return (
    <MantineCopyButton value={value}>
      {({ copied, copy }) => {
        const StateIcon = copied ? IconCheck : IconCopy;
        if (prominent) {
          return (
            <Button onClick={copy} leftSection={<StateIcon size={16} />}>
              {copied ? 'Copied' : label}
            </Button>
          );
        }
        return (
          <Tooltip label={copied ? 'Copied' : label}>
            <ActionIcon variant="subtle" color="gray" size="sm" onClick={copy} aria-label={copied ? 'Copied' : label}>
              <StateIcon size={15} />
            </ActionIcon>
          </Tooltip>
        );
      }}
    </MantineCopyButton>
  );
}
