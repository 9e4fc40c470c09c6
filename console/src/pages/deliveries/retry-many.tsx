import { Button, Group, Loader, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconRefresh } from '@tabler/icons-react';
import { api, refresh, type Schema } from '../../api/client';
import { ErrorState } from '../../components/error-state';
import { notifyProblem } from '../../components/notify';
import { countOf } from '../../components/numbers';

type Wanted = Omit<Schema<'RetryManyDto'>, 'dry_run'>;

interface Props {
  /** Ids; none: all of the filter is meant. */
  readonly chosen: ReadonlySet<string>;
  readonly filter: Wanted;
  readonly onStarted: (recoveryId: string) => void;
}

/** Tries many deliveries again: those chosen, else all that the list's filter names. Asks first, and says how many. */
export function RetryMany({ chosen, filter, onStarted }: Props) {
  const [isOpen, { open, close }] = useDisclosure(false);
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  const wanted: Wanted = chosen.size > 0 ? { delivery_ids: [...chosen] } : isFiltered ? filter : { status: 'failed' };
  const label =
    chosen.size > 0
      ? `Retry ${chosen.size} selected`
      : isFiltered
        ? 'Retry all of this filter'
        : 'Retry all that failed';
  return (
    <>
      <Button
        variant={chosen.size > 0 ? 'filled' : 'default'}
        leftSection={<IconRefresh size={16} aria-hidden />}
        onClick={open}
      >
        {label}
      </Button>
      <Modal opened={isOpen} onClose={close} title={`${label}?`} centered closeButtonProps={{ 'aria-label': 'Close' }}>
        <Question
          wanted={wanted}
          onClose={close}
          onStarted={(id) => {
            close();
            onStarted(id);
          }}
        />
      </Modal>
    </>
  );
}

interface QuestionProps {
  readonly wanted: Wanted;
  readonly onClose: () => void;
  readonly onStarted: (recoveryId: string) => void;
}

/** Lets the hub count first. */
function Question({ wanted, onClose, onStarted }: QuestionProps) {
  const count = api.useQuery(
    'post',
    '/v1/deliveries/retry',
    { body: { ...wanted, dry_run: true } },
    { staleTime: 0, gcTime: 0, refetchOnWindowFocus: false },
  );
  const start = api.useMutation('post', '/v1/deliveries/retry', {
    onSuccess: ({ id }) => {
      void refresh('/v1/deliveries', '/v1/attempts', '/v1/stats');
      onStarted(id);
    },
    onError: notifyProblem,
  });
  if (count.isError) return <ErrorState error={count.error} onRetry={() => void count.refetch()} />;
  const total = count.data?.total;
  return (
    <Stack gap="lg">
      <div role="status">
        {count.data === undefined ? (
          <Group gap="xs">
            <Loader size="xs" /> Counting…
          </Group>
        ) : (
          <HowMany total={total ?? null} leftOut={count.data.left_out} wanted={wanted} />
        )}
      </div>
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button
          disabled={count.data === undefined || total === 0}
          loading={start.isPending}
          onClick={() => start.mutate({ body: { ...wanted, dry_run: false } })}
        >
          {typeof total === 'number' && total > 0 ? `Retry ${countOf(total, 'delivery', 'deliveries')}` : 'Retry'}
        </Button>
      </Group>
    </Stack>
  );
}

interface HowManyProps {
  readonly total: number | null;
  readonly leftOut: number;
  readonly wanted: Wanted;
}

function HowMany({ total, leftOut, wanted }: HowManyProps) {
  const several =
    total === null ? 'More deliveries than can be counted at once' : countOf(total, 'delivery', 'deliveries');
  return (
    <Stack gap="xs">
      <Text size="sm">
        {total === 0
          ? 'There is nothing to retry, or what there is belongs to no active subscription.'
          : `${several} will be sent again, with the webhook-id that each had, at most 200 a second.`}
      </Text>
      {total !== 0 && (wanted.status === 'delivered' || wanted.delivery_ids !== undefined) && (
        <Text size="sm">
          What was delivered before comes a second time: receivers that don’t look at the webhook-id act on it twice.
        </Text>
      )}
      {total !== 0 && wanted.status === undefined && wanted.delivery_ids === undefined && (
        <Text size="sm" c="dimmed">
          Of this filter those that failed, were cancelled or skipped. To send others, filter by their status.
        </Text>
      )}
      {leftOut > 0 && (
        <Text size="sm" c="dimmed">
          {countOf(leftOut, 'other')} left out: their subscription is not active.
        </Text>
      )}
    </Stack>
  );
}
