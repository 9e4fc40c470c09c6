import { Table, Text } from '@mantine/core';
import type { Schema } from '../../api/client';
import { breakable } from '../../components/breakable';
import { TextLink } from '../../components/links';
import { countOf } from '../../components/numbers';
import { Panel } from '../../components/panel';
import { SubscriptionLink } from '../../components/resource-links';
import { StatusBadge } from '../../components/status-badge';
import { TimeAgo } from '../../components/time-ago';
import { useCan } from '../../session/permissions';
import classes from './event-deliveries.module.css';

type Event = Schema<'EventDto'>;
type Delivery = Schema<'DeliveryDto'>;

/** Who got the event, who did not, and why. */
export function EventDeliveries({ event: { deliveries } }: { readonly event: Event }) {
  const may = useCan();
  if (deliveries.length === 0) {
    return (
      <Panel title="Deliveries">
        <Text size="sm" c="dimmed">
          No subscription asked for it when it came.
          {may('replayEvent') && ' One that was made since gets it when you replay it.'}
        </Text>
      </Panel>
    );
  }
  const delivered = deliveries.filter(({ status }) => status === 'delivered').length;
  return (
    <Panel
      title="Deliveries"
      description={`${delivered} of ${countOf(deliveries.length, 'delivery', 'deliveries')} made`}
      flush
    >
      <div className={classes.scroll}>
        <Table className={classes.table} aria-label="Deliveries of the event" verticalSpacing="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Subscription</Table.Th>
              <Table.Th>Status</Table.Th>
              <Table.Th visibleFrom="sm">When</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {deliveries.map((delivery) => (
              <Row key={delivery.id} delivery={delivery} />
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </Panel>
  );
}

function Row({ delivery }: { readonly delivery: Delivery }) {
  const details: string = `/deliveries/${delivery.id}`;
  return (
    <Table.Tr>
      <Table.Td className={classes.subscription}>
        <SubscriptionLink id={delivery.subscription_id} />
        <Text size="xs" c="dimmed">
          {delivery.event_name === null ? 'has no name for it' : <>as {breakable(delivery.event_name)}</>}
        </Text>
      </Table.Td>
      <Table.Td>
        <StatusBadge status={delivery.status} />
        <Text size="xs" c="dimmed" mt={2}>
          {describe(delivery)}
        </Text>
        <TextLink to={details} size="xs">
          Details
        </TextLink>
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <TimeAgo at={delivery.finished_at ?? delivery.created_at} />
      </Table.Td>
    </Table.Tr>
  );
}

function describe({ reason, attempts, status }: Delivery): string {
  if (reason !== null) return reason;
  if (attempts === 0) return status === 'pending' ? 'waits for its first attempt' : '';
  return `after ${countOf(attempts, 'attempt')}`;
}
