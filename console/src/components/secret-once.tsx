import { Button, Code, Group, Modal, Stack } from '@mantine/core';
import type { ReactNode, RefObject } from 'react';
import { CopyButton } from './copy-button';
import { Notice } from './notice';
import classes from './secret-once.module.css';

interface Props {
  readonly title: string;
  readonly secret: string | null;
  /** What to do with it. */
  readonly children: ReactNode;
  /** What helps to put it to use. */
  readonly more?: ReactNode;
  /** It is gone after that. */
  readonly onClose: () => void;
  /** What has the focus afterwards: what was pressed last may be gone with the dialog that it stood in. */
  readonly returnTo?: RefObject<HTMLElement | null>;
}

/** Shows a secret this one time. A click beside it doesn't close it. */
export function SecretOnce({ title, secret, children, more, onClose, returnTo }: Props) {
  const close = () => {
    onClose();
    returnTo?.current?.focus();
  };
  return (
    <Modal
      opened={secret !== null}
      onClose={close}
      title={title}
      centered
      size="lg"
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      <Stack gap="md">
        <div>{children}</div>
        <Code block className={classes.secret} data-testid="secret">
          {secret}
        </Code>
        <Notice tone="warning">
          It is shown this once: the hub does not show it again. Copy it to where it is needed before you go on.
        </Notice>
        {more !== undefined && <div>{more}</div>}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>
            I have stored it
          </Button>
          <CopyButton value={secret ?? ''} label="Copy" prominent />
        </Group>
      </Stack>
    </Modal>
  );
}
