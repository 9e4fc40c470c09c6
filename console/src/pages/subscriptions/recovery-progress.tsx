import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useEffect } from 'react';
import { api, refresh, type Schema } from '../../api/client';
import { TextLink } from '../../components/links';
import { Notice } from '../../components/notice';
import { notifyProblem } from '../../components/notify';
import { countOf, formatCount } from '../../components/numbers';
import { QueryState } from '../../components/query-state';
import { useCan } from '../../session/permissions';

type Recovery = Schema<'RecoveryDto'>;

const LOOK_AGAIN_MS = 700;
const DELIVERIES: string = '/deliveries';

interface Props {
  readonly id: string;
  readonly subscriptionId: string;
  readonly onClose: () => void;
}

/** How far a recovery is, until it is over. */
export function RecoveryProgress({ id, subscriptionId, onClose }: Props) {
  const recovery = api.useQuery(
    'get',
    '/v1/recoveries/{id}',
    { params: { path: { id } } },
    { refetchInterval: ({ state }) => (state.data?.status === 'running' ? LOOK_AGAIN_MS : false) },
  );
  const { status, recovered } = recovery.data ?? {};
  useEffect(() => {
    if (status !== undefined)
      void refresh('/v1/subscriptions', '/v1/recoveries', '/v1/deliveries', '/v1/attempts', '/v1/stats');
  }, [status, recovered]);
  return (
    <Stack gap="md">
      <QueryState query={recovery}>{(data) => <Shown recovery={data} />}</QueryState>
      <Group gap="md">
        {status === 'running' ? (
          <CancelButton id={id} />
        ) : (
          <Button variant="default" onClick={onClose}>
            Recover another time
          </Button>
        )}
        <TextLink size="sm" to={DELIVERIES} search={{ subscription_id: subscriptionId } as object}>
          See the deliveries
        </TextLink>
      </Group>
    </Stack>
  );
}

function CancelButton({ id }: { readonly id: string }) {
  const may = useCan();
  const cancel = api.useMutation('delete', '/v1/recoveries/{id}', {
    onSuccess: () => refresh('/v1/recoveries'),
    onError: notifyProblem,
  });
  if (!may('cancelRecovery')) return null;
  return (
    <Button variant="default" loading={cancel.isPending} onClick={() => cancel.mutate({ params: { path: { id } } })}>
      Call it off
    </Button>
  );
}

function Shown({ recovery }: { readonly recovery: Recovery }) {
  const { status, total, recovered, left_out: leftOut } = recovery;
  const looked = recovered + leftOut;
  const isRunning = status === 'running';
  const percent = total === null || total === 0 ? 100 : Math.min(100, Math.round((looked / total) * 100));
  return (
    <Stack gap="xs">
      {isRunning && (
        <Progress.Root>
          <Progress.Section value={percent} animated striped={total === null} aria-label="Recovered" />
        </Progress.Root>
      )}
      <Notice tone={TONES[status]} title={titleOf(recovery)} role="status">
        <Text size="sm">{EXPLANATIONS[status]}</Text>
        {leftOut > 0 && (
          <Text size="sm">
            {countOf(leftOut, 'delivery was', 'deliveries were')} left out: something else was sending them just then,
            so they are on their way already.
          </Text>
        )}
      </Notice>
    </Stack>
  );
}

const TONES = { running: 'info', done: 'good', cancelled: 'warning', stopped: 'warning' } as const;

const EXPLANATIONS: Readonly<Record<Recovery['status'], string>> = {
  running: 'They are made due step by step; you may leave this page.',
  done: 'They were made due, and go out as fast as the receiver takes them.',
  cancelled: 'What was made due until then goes out; the rest stays as it was.',
  stopped: 'Only active subscriptions are sent to. Enable it and recover again: nothing is sent twice by that.',
};

function titleOf({ status, reason, total, recovered }: Recovery): string {
  const of = total === null ? '' : ` of ${formatCount(total)}`;
  switch (status) {
    case 'running':
      return `Recovering: ${formatCount(recovered)}${of}`;
    case 'done':
      return `Recovered ${countOf(recovered, 'delivery', 'deliveries')}`;
    case 'cancelled':
      return `Called off after ${formatCount(recovered)}${of}`;
    case 'stopped':
      return `Stopped after ${formatCount(recovered)}${of}${reason === null ? '' : `: ${reason}`}`;
  }
}
