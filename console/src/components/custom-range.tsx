import { Button, Group, Popover, Stack, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { type FormEvent, type ReactElement, useState } from 'react';
import { goToFirstWrong } from './form';
import { fromLocalInput, type RangeSearch, toLocalInput } from './time-range';

interface Props {
  readonly search: RangeSearch;
  readonly onChange: (span: { since: string | undefined; until: string | undefined }) => void;
  /** The button that opens it. */
  readonly target: (open: () => void) => ReactElement;
}

/** Asks for a span of time between two moments of the reader's own clock. */
export function CustomRange({ search, onChange, target }: Props) {
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <Popover opened={isOpen} onDismiss={close} position="bottom-end" withinPortal trapFocus returnFocus shadow="md">
      <Popover.Target>{target(open)}</Popover.Target>
      <Popover.Dropdown aria-label="A time of your own">
        {isOpen && <Fields search={search} onChange={onChange} onClose={close} />}
      </Popover.Dropdown>
    </Popover>
  );
}

interface FieldsProps {
  readonly search: RangeSearch;
  readonly onChange: Props['onChange'];
  readonly onClose: () => void;
}

function Fields({ search, onChange, onClose }: FieldsProps) {
  const [since, setSince] = useState(toLocalInput(search.since));
  const [until, setUntil] = useState(toLocalInput(search.until));
  const isBackwards = since !== '' && until !== '' && since >= until;
  const apply = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (isBackwards) {
      goToFirstWrong(event.currentTarget);
      return;
    }
    onChange({ since: fromLocalInput(since), until: fromLocalInput(until) });
    onClose();
  };
  return (
    <form onSubmit={apply} noValidate>
      <Stack gap="sm">
        <TextInput
          type="datetime-local"
          label="From"
          value={since}
          onChange={({ currentTarget }) => setSince(currentTarget.value)}
        />
        <TextInput
          type="datetime-local"
          label="Until"
          description="Empty: until now."
          value={until}
          error={isBackwards && 'This is not after the beginning.'}
          onChange={({ currentTarget }) => setUntil(currentTarget.value)}
        />
        <Group justify="flex-end" gap="xs">
          <Button size="xs" variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button size="xs" type="submit" disabled={since === ''}>
            Apply
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
