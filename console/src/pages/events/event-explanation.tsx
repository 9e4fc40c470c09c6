import { Stack, Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { api, type Schema } from '../../api/client';
import { TextLink } from '../../components/links';
import { Notice } from '../../components/notice';
import { Panel } from '../../components/panel';
import { QueryState } from '../../components/query-state';
import { SubscriptionLink } from '../../components/resource-links';
import { SubscriptionSelect } from '../../components/subscription-select';
import { useCan } from '../../session/permissions';

const route = getRouteApi('/events/$id');

/** Why a subscription that is not among the deliveries got nothing. Which one is asked about is in the address bar. */
export function EventExplanation({ eventId }: { readonly eventId: string }) {
  const { subscription_id: chosen } = route.useSearch();
  const navigate = route.useNavigate();
  const choose = (id: string | null) =>
    void navigate({
      search: (before) => ({ ...before, subscription_id: id ?? undefined }),
      replace: true,
      resetScroll: false,
    });
  return (
    <Panel
      title="Ask about a subscription"
      description="Whether it was owed this event, and if not, why: also one that asks for other events, was made later or is deleted."
    >
      <Stack gap="md">
        <SubscriptionSelect
          label="Subscription"
          placeholder="Choose one"
          value={chosen}
          onChange={choose}
          clearable
          clearButtonProps={{ 'aria-label': 'No subscription' }}
        />
        {chosen !== undefined && <Answer eventId={eventId} subscriptionId={chosen} />}
      </Stack>
    </Panel>
  );
}

interface Props {
  readonly eventId: string;
  readonly subscriptionId: string;
}

function Answer({ eventId, subscriptionId }: Props) {
  const explanation = api.useQuery('get', '/v1/events/{id}/explanation', {
    params: { path: { id: eventId }, query: { subscription_id: subscriptionId } },
  });
  return (
    <div role="status">
      <QueryState query={explanation}>
        {(data) => (
          <Stack gap="xs">
            {data.deliveries.length > 0 ? <Owed deliveries={data.deliveries} /> : <NotOwed explanation={data} />}
            <Text size="sm">
              <SubscriptionLink id={subscriptionId}>Open the subscription</SubscriptionLink>
            </Text>
          </Stack>
        )}
      </QueryState>
    </div>
  );
}

function Owed({ deliveries }: { readonly deliveries: readonly Schema<'DeliveryDto'>[] }) {
  return (
    <Notice tone="info" title="It was owed the event: its delivery says what came of it.">
      {deliveries.map(({ id, status, reason }) => (
        <div key={id}>
          <TextLink inherit to="/deliveries/$id" params={{ id }}>
            {status}
          </TextLink>
          {reason !== null && `: ${reason}`}
        </div>
      ))}
    </Notice>
  );
}

function NotOwed({ explanation }: { readonly explanation: Schema<'EventExplanationDto'> }) {
  const may = useCan();
  const { reasons, why_not_now: whyNotNow } = explanation;
  const isTheSame = whyNotNow !== null && reasons.includes(whyNotNow);
  return (
    <Notice tone="info" title="It was owed nothing of this event">
      {reasons.map((reason) => (
        <Text key={reason} size="sm">
          {sentence(reason)}
        </Text>
      ))}
      {whyNotNow === null && (
        <Text size="sm">As it is now it would get it{may('replayEvent') ? ': replay the event to it.' : '.'}</Text>
      )}
      {whyNotNow !== null && !isTheSame && <Text size="sm">Nor would it now: {sentence(whyNotNow, false)}</Text>}
    </Notice>
  );
}

function sentence(text: string, isBegun = true): string {
  const begun = isBegun ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  return `${begun}.`;
}
