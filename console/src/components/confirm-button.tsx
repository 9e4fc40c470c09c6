import { Button, type ButtonProps, Group, Modal, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ReactNode } from 'react';

interface Props {
  /** On the buttons. */
  readonly label: string;
  /** The question, which names what it is about. */
  readonly title: string;
  /** What will happen. */
  readonly children: ReactNode;
  /** Does it; the question stays open until it has settled. */
  readonly onConfirm: () => Promise<unknown>;
  readonly danger?: boolean;
  readonly buttonProps?: ButtonProps;
  readonly isPending?: boolean;
}

/** A button that asks before it does what cannot be taken back. */
export function ConfirmButton({
  label,
  title,
  children,
  onConfirm,
  danger = false,
  buttonProps,
  isPending = false,
}: Props) {
  const [isOpen, { open, close }] = useDisclosure(false);
  const confirm = () =>
    onConfirm().then(close, () => {
      // The caller has shown what went wrong; the question makes way for it.
      close();
    });
  return (
    <>
      <Button variant="default" onClick={open} {...buttonProps}>
        {label}
      </Button>
      <Modal opened={isOpen} onClose={close} title={title} centered>
        <Stack gap="lg">
          <div>{children}</div>
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button color={danger ? 'red.8' : undefined} onClick={() => void confirm()} loading={isPending}>
              {label}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
