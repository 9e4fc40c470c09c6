import { Button, CloseButton, Group, Progress, Text } from '@mantine/core';
import { useEffect } from 'react';
import { api, refresh, type Schema } from '../../api/client';
import { notifyProblem } from '../../components/notify';
import { countOf, formatCount } from '../../components/numbers';
import { Panel } from '../../components/panel';
import { QueryState } from '../../components/query-state';
import { useCan } from '../../session/permissions';

type Recovery = Schema<'RecoveryDto'>;

const LOOK_AGAIN_MS = 700;

interface Props {
  readonly id: string;
  readonly onClose: () => void;
}

/** How far a retry of many is, until it is done. */
export function RetryProgress({ id, onClose }: Props) {
  const recovery = api.useQuery(
    'get',
    '/v1/recoveries/{id}',
    { params: { path: { id } } },
    { refetchInterval: ({ state }) => (isRunning(state.data) ? LOOK_AGAIN_MS : false) },
  );
  const recovered = recovery.data?.recovered;
  const status = recovery.data?.status;
  useEffect(() => {
    if (recovered !== undefined) void refresh('/v1/deliveries', '/v1/attempts', '/v1/stats');
  }, [recovered, status]);
  return (
    <Panel>
      <QueryState query={recovery}>{(data) => <Shown recovery={data} onClose={onClose} />}</QueryState>
    </Panel>
  );
}

function isRunning(recovery: Recovery | undefined): boolean {
  return recovery === undefined || recovery.status === 'running';
}

function Shown({ recovery, onClose }: { readonly recovery: Recovery; readonly onClose: () => void }) {
  const may = useCan();
  const { id, total, recovered } = recovery;
  const cancel = api.useMutation('delete', '/v1/recoveries/{id}', {
    onSuccess: () => void refresh('/v1/recoveries/{id}'),
    onError: notifyProblem,
  });
  const percent = total === null ? 100 : total === 0 ? 100 : Math.round((recovered / total) * 100);
  const running = isRunning(recovery);
  return (
    <>
      <Group justify="space-between" wrap="nowrap" align="flex-start" mb="xs">
        <Text size="sm" role="status">
          {inWords(recovery)}
        </Text>
        {running ? (
          may('cancelRecovery') && (
            <Button
              size="xs"
              variant="default"
              loading={cancel.isPending}
              onClick={() => cancel.mutate({ params: { path: { id } } })}
            >
              Stop
            </Button>
          )
        ) : (
          <CloseButton aria-label="Close the progress" onClick={onClose} />
        )}
      </Group>
      <Progress.Root>
        <Progress.Section value={percent} animated={running} striped={total === null} aria-label="Retried" />
      </Progress.Root>
    </>
  );
}

function inWords({ status, reason, total, recovered, left_out: leftOut }: Recovery): string {
  const of = total === null ? '' : ` of ${formatCount(total)}`;
  const others = leftOut > 0 ? ` ${countOf(leftOut, 'other')} left out.` : '';
  if (status === 'running') return `Retrying: ${formatCount(recovered)}${of} made due.${others}`;
  if (status === 'done') return `Retried ${countOf(recovered, 'delivery', 'deliveries')}.${others}`;
  const why = reason === null ? '' : ` (${reason})`;
  return `Stopped${why} after ${formatCount(recovered)}${of}: those are sent, the rest stays as it was.${others}`;
}
