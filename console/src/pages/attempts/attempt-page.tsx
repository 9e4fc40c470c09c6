import { getRouteApi } from '@tanstack/react-router';
import { api, type Schema } from '../../api/client';
import { AttemptView } from '../../components/attempt-view';
import { CopiedValue } from '../../components/copied-value';
import { Facts } from '../../components/facts';
import { TextLink } from '../../components/links';
import { PageHeader } from '../../components/page-header';
import { Panel } from '../../components/panel';
import { QueryState } from '../../components/query-state';
import { EventLink, SubscriptionLink } from '../../components/resource-links';
import { StatusBadge } from '../../components/status-badge';
import { Tag } from '../../components/tag';
import { TwoColumns } from '../../components/two-columns';

type Attempt = Schema<'AttemptDto'>;

const route = getRouteApi('/attempts/$id');

export function AttemptPage() {
  const { id } = route.useParams();
  const attempt = api.useQuery('get', '/v1/attempts/{id}', { params: { path: { id } } }, { staleTime: Infinity });
  return <QueryState query={attempt}>{(data) => <Details attempt={data} />}</QueryState>;
}

function Details({ attempt }: { readonly attempt: Attempt }) {
  return (
    <>
      <PageHeader
        title={attempt.event_name}
        badge={<StatusBadge status={attempt.outcome} />}
        back={
          <TextLink inherit to="/attempts">
            Task history
          </TextLink>
        }
        description={<CopiedValue value={attempt.id} label="Copy the id" />}
      />
      <TwoColumns aside={<Belongings attempt={attempt} />}>
        <Panel title="The call">
          <AttemptView attempt={attempt} />
        </Panel>
      </TwoColumns>
    </>
  );
}

const KINDS: Readonly<Record<Attempt['kind'], string>> = {
  delivery: 'Delivery',
  test: 'Test of the subscription, with example data',
  confirmation: 'Confirmation that the receiver wants the calls',
};

function Belongings({ attempt }: { readonly attempt: Attempt }) {
  const { delivery_id: delivery, event_id: event, event_type: type, subscription_id: subscription } = attempt;
  return (
    <Panel title="Belongs to">
      <Facts
        rows={[
          ['Kind', KINDS[attempt.kind]],
          ['Attempt', attempt.kind === 'delivery' && attempt.number],
          [
            'Delivery',
            delivery !== null && (
              <TextLink key="delivery" inherit to="/deliveries/$id" params={{ id: delivery }}>
                {delivery}
              </TextLink>
            ),
          ],
          ['Event', event !== null && <EventLink key="event" id={event} />],
          ['Event type', type !== null && <Tag key="type">{type}</Tag>],
          ['Subscription', <SubscriptionLink key="subscription" id={subscription} />],
          ['Dialect', <Tag key="dialect">{attempt.dialect}</Tag>],
        ]}
      />
    </Panel>
  );
}
