import { Button, Group, Modal, MultiSelect, Radio, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconRepeat } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { api, refresh } from '../../api/client';
import { fieldProblems } from '../../api/problem';
import { Form } from '../../components/form';
import { notifyDone, notifyProblem } from '../../components/notify';
import { countOf } from '../../components/numbers';

const MANY = 200;

/** Delivers an event again: to all that match now, or to those that are chosen. */
export function ReplayButton({ eventId }: { readonly eventId: string }) {
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button leftSection={<IconRepeat size={16} />} onClick={open}>
        Replay
      </Button>
      <Modal opened={isOpen} onClose={close} title="Replay the event" centered>
        <ReplayForm eventId={eventId} onClose={close} />
      </Modal>
    </>
  );
}

function ReplayForm({ eventId, onClose }: { readonly eventId: string; readonly onClose: () => void }) {
  const [to, setTo] = useState('all');
  const [chosen, setChosen] = useState<string[]>([]);
  const subscriptions = api.useQuery('get', '/v1/subscriptions', {
    params: { query: { limit: MANY, status: 'active' } },
  });
  const replay = api.useMutation('post', '/v1/events/{id}/replay', {
    onSuccess: ({ data }) => {
      notifyDone(
        data.length === 0
          ? 'No subscription asks for this event now: nothing is sent.'
          : `${countOf(data.length, 'delivery', 'deliveries')} created.`,
      );
      onClose();
      return refresh('/v1/events', '/v1/deliveries', '/v1/attempts');
    },
    onError: (error) => {
      if (fieldProblems(error).subscription_ids === undefined) notifyProblem(error);
    },
  });
  const send = (event: FormEvent) => {
    event.preventDefault();
    replay.mutate({
      params: { path: { id: eventId } },
      body: to === 'all' ? {} : { subscription_ids: chosen },
    });
  };
  const names = subscriptions.data?.data.map(({ id, name, url, dialect }) => ({
    value: id,
    label: `${name ?? url} (${dialect})`,
  }));
  return (
    <Form refusal={replay.error} onSubmit={send}>
      <Stack gap="lg">
        <Radio.Group value={to} onChange={setTo} label="To whom">
          <Stack gap="xs" mt="xs">
            <Radio value="all" label="All subscriptions that ask for it now" data-autofocus />
            <Radio value="chosen" label="Chosen ones" />
          </Stack>
        </Radio.Group>
        {to === 'chosen' && (
          <MultiSelect
            label="Subscriptions"
            placeholder={chosen.length === 0 ? 'Choose' : undefined}
            description="Active ones, the newest first; each must ask for such an event."
            data={names ?? []}
            value={chosen}
            onChange={setChosen}
            searchable
            nothingFoundMessage="No active subscription is called so"
            error={fieldProblems(replay.error).subscription_ids}
            maxDropdownHeight={220}
          />
        )}
        <div>Each gets a new delivery, with a webhook-id of its own: a receiver takes it for another call.</div>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={replay.isPending} disabled={to === 'chosen' && chosen.length === 0}>
            Replay
          </Button>
        </Group>
      </Stack>
    </Form>
  );
}
