import { Table, Text } from '@mantine/core';
import type { LiveAttempt, LiveState } from '../../api/live-stream';
import { breakable } from '../../components/breakable';
import { ErrorState } from '../../components/error-state';
import { TextLink } from '../../components/links';
import { Notice } from '../../components/notice';
import { formatCount, formatMs } from '../../components/numbers';
import { Panel } from '../../components/panel';
import { SubscriptionName } from '../../components/resource-links';
import { StatusBadge } from '../../components/status-badge';
import classes from './live-tail.module.css';
import { type LiveTail as Tail, type TailFilter, useLiveTail } from './use-live-tail';

const WORDS: Readonly<Record<Exclude<LiveState['is'], 'refused'>, string>> = {
  connecting: 'Connecting…',
  live: 'Calls appear here as they are made; the list of deliveries below follows them.',
  waiting: 'The connection broke off. It is opened again, and goes on where it was.',
};
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** What happens, as it happens, above the list. */
export function LiveTail({ filter }: { readonly filter: TailFilter }) {
  const { state, attempts, missed } = useLiveTail(filter);
  if (state.is === 'refused') return <ErrorState error={state.error} />;
  return (
    <Panel
      title="Live"
      description={
        <span role="status" className={classes.state} data-state={state.is}>
          {WORDS[state.is]}
        </span>
      }
    >
      <Missed count={missed} />
      {attempts.length === 0 ? (
        <Text size="sm" c="dimmed" py="xs">
          Nothing since you have been looking.
        </Text>
      ) : (
        <div className={classes.scroll} tabIndex={0} role="region" aria-label="Live calls">
          <Table verticalSpacing={6} aria-label="Live calls">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Called</Table.Th>
                <Table.Th>Event</Table.Th>
                <Table.Th>Outcome of the call</Table.Th>
                <Table.Th visibleFrom="sm">Answer</Table.Th>
                <Table.Th visibleFrom="md">Subscription</Table.Th>
                <Table.Th visibleFrom="sm">Took</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {attempts.map((attempt) => (
                <Call key={attempt.id} attempt={attempt} />
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
    </Panel>
  );
}

function Missed({ count }: { readonly count: Tail['missed'] }) {
  if (count === 0) return null;
  return (
    <Notice tone="warning" role="status">
      {count === null ? 'More' : formatCount(count)} happened than could be shown here. The list below has everything.
    </Notice>
  );
}

function Call({ attempt }: { readonly attempt: LiveAttempt }) {
  const { id, delivery_id: delivery, outcome, response_status: status, error_code: code } = attempt;
  const answer = status !== 0 ? status : (code?.replaceAll('_', ' ') ?? 'no answer');
  return (
    <Table.Tr className={classes.call}>
      <Table.Td>{clock.format(new Date(attempt.started_at))}</Table.Td>
      <Table.Td>
        {delivery === null ? (
          <TextLink inherit to="/attempts/$id" params={{ id }}>
            {breakable(attempt.event_name)} ({attempt.kind})
          </TextLink>
        ) : (
          <TextLink inherit to="/deliveries/$id" params={{ id: delivery }}>
            {breakable(attempt.event_type ?? attempt.event_name)}
          </TextLink>
        )}
      </Table.Td>
      <Table.Td>
        <StatusBadge status={outcome} />
        <Text size="xs" c="dimmed" hiddenFrom="sm">
          {answer}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">{answer}</Table.Td>
      <Table.Td visibleFrom="md">
        <SubscriptionName id={attempt.subscription_id} />
      </Table.Td>
      <Table.Td visibleFrom="sm">{formatMs(attempt.duration_ms)}</Table.Td>
    </Table.Tr>
  );
}
