import { Group } from '@mantine/core';
import { useCan } from '../session/permissions';
import { LinkButton } from './links';

/** What leads to a first delivery, for the lists that stay empty until there is one; nothing for whoever may do neither. */
export function FirstDelivery() {
  const may = useCan();
  return (
    <Group gap="xs" justify="center">
      {may('createSubscription') && (
        <LinkButton to="/subscriptions/new" variant="default">
          Create a subscription
        </LinkButton>
      )}
      {may('createEvent') && (
        <LinkButton to="/events/new" variant="default">
          Send an event
        </LinkButton>
      )}
    </Group>
  );
}
