import { Button, Group, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { api, refresh, type Schema } from '../../api/client';
import { fieldProblems } from '../../api/problem';
import { Form } from '../../components/form';
import { FormRefusal } from '../../components/form-refusal';
import { notifyProblem } from '../../components/notify';
import { countOf } from '../../components/numbers';
import { Panel } from '../../components/panel';
import { fromLocalInput, toLocalInput } from '../../components/time-range';
import { useCan } from '../../session/permissions';
import { RecoveryProgress } from './recovery-progress';

interface Props {
  readonly subscription: Schema<'SubscriptionDto'>;
}

const route = getRouteApi('/subscriptions/$id');
const DAY_MS = 86_400_000;
const DELIVERIES_PER_SECOND = 200;

/** Sends again what was missed: counts first, then shows how far it is. Which one is shown is in the address bar. */
export function RecoverPanel({ subscription: { id, status } }: Props) {
  const { recovery } = route.useSearch();
  const navigate = route.useNavigate();
  const may = useCan();
  const show = (shown: string | undefined) => void navigate({ search: { recovery: shown }, replace: true });
  if (recovery === undefined && !may('recoverSubscription')) return null;
  return (
    <Panel
      title="Recover"
      description="Sends again what failed, was cancelled or was skipped, each with the webhook-id it had."
    >
      {recovery !== undefined ? (
        <RecoveryProgress key={recovery} id={recovery} subscriptionId={id} onClose={() => show(undefined)} />
      ) : status === 'active' ? (
        <Span id={id} onStarted={show} />
      ) : (
        <Text size="sm" c="dimmed">
          The subscription is {status}: nothing is sent until it is active again. Repair the receiver and enable it,
          then recover what was missed.
        </Text>
      )}
    </Panel>
  );
}

interface SpanProps {
  readonly id: string;
  readonly onStarted: (recoveryId: string) => void;
}

function Span({ id, onStarted }: SpanProps) {
  const [since, setSince] = useState(() => toLocalInput(new Date(Date.now() - DAY_MS).toISOString()));
  const [until, setUntil] = useState('');
  const path = { params: { path: { id } } };
  const counting = api.useMutation('post', '/v1/subscriptions/{id}/recover');
  const starting = api.useMutation('post', '/v1/subscriptions/{id}/recover', {
    onSuccess: async (recovery) => {
      onStarted(recovery.id);
      await refresh('/v1/recoveries');
    },
    onError: notifyProblem,
  });
  // What was counted is of another span now.
  const change = (set: (text: string) => void) => (event: React.ChangeEvent<HTMLInputElement>) => {
    set(event.currentTarget.value);
    counting.reset();
  };
  const count = (event: FormEvent) => {
    event.preventDefault();
    const span = { since: fromLocalInput(since) ?? '', until: fromLocalInput(until) };
    counting.mutate({ ...path, body: { ...span, dry_run: true } });
  };
  // From the moment at which it was counted: what is missed later is not what was agreed to.
  const start = ({ since: from, until: to }: Schema<'RecoveryDto'>) =>
    starting.mutate({ ...path, body: { since: from ?? '', until: to, dry_run: false } });
  const refused = fieldProblems(counting.error);
  return (
    <Form refusal={counting.error} onSubmit={count}>
      <Stack gap="md">
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput
            type="datetime-local"
            label="Since"
            description="When it began to be missed."
            value={since}
            onChange={change(setSince)}
            error={refused.since}
          />
          <TextInput
            type="datetime-local"
            label="Until"
            description="Empty: until now."
            value={until}
            onChange={change(setUntil)}
            error={refused.until}
          />
        </SimpleGrid>
        <FormRefusal error={counting.error} />
        <div role="status">{counting.data && <Counted total={counting.data.total} />}</div>
        <Group gap="xs">
          {counting.data && counting.data.total !== 0 ? (
            <Button
              leftSection={<IconHistory size={16} aria-hidden />}
              loading={starting.isPending}
              onClick={() => counting.data && start(counting.data)}
            >
              {counting.data.total === null
                ? 'Recover them'
                : `Recover ${countOf(counting.data.total, 'delivery', 'deliveries')}`}
            </Button>
          ) : (
            <Button type="submit" variant="light" loading={counting.isPending}>
              Count what was missed
            </Button>
          )}
        </Group>
      </Stack>
    </Form>
  );
}

function Counted({ total }: { readonly total: number | null }) {
  if (total === 0)
    return (
      <Text size="sm">
        There is nothing to send again: no delivery created in that time failed, was cancelled or was skipped.
      </Text>
    );
  const several =
    total === null ? 'More deliveries than can be counted at once' : countOf(total, 'delivery', 'deliveries');
  const seconds = total === null ? null : Math.ceil(total / DELIVERIES_PER_SECOND);
  return (
    <Text size="sm">
      {several} will be sent again, at most {DELIVERIES_PER_SECOND} a second
      {seconds !== null && seconds > 1 && `: that takes at least ${durationOf(seconds)}`}. What the filter kept back, or
      the dialect cannot say, stays out.
    </Text>
  );
}

function durationOf(seconds: number): string {
  return seconds < 120 ? countOf(seconds, 'second') : countOf(Math.ceil(seconds / 60), 'minute');
}
