import { api, type Schema } from '../../api/client';
import { Notice } from '../../components/notice';
import { TimeAgo } from '../../components/time-ago';
import { useNow } from '../../components/use-now';
import { useCan } from '../../session/permissions';
import { sentence } from './delivery-words';

type Delivery = Schema<'DeliveryDto'>;

const DUE_CHECK_MS = 1_000;

/** What a delivery has come to, and what happens by itself from here on. */
export function WhatNext({ delivery }: { readonly delivery: Delivery }) {
  const may = useCan();
  // Without a name in its dialect there is nothing to send.
  const byHand = may('retryDelivery') && delivery.event_name !== null ? ' Retry it when the cause is mended.' : '';
  const { status, reason } = delivery;
  const why = reason === null ? undefined : sentence(reason);
  if (status === 'delivered') return null;
  if (status === 'pending') return <NextAttempt delivery={delivery} />;
  if (status === 'failed') {
    return (
      <Notice tone="bad" title={why ?? 'It failed'}>
        There are no more attempts by itself.{byHand}
      </Notice>
    );
  }
  return (
    <Notice tone="info" title={why ?? `It was ${status}`}>
      {status === 'skipped' ? 'It was never sent, and will not be by itself.' : 'It is not sent any more by itself.'}
      {status === 'cancelled' && byHand}
    </Notice>
  );
}

function NextAttempt({ delivery }: { readonly delivery: Delivery }) {
  const { attempts, next_attempt_at: next, subscription_id: id } = delivery;
  const now = useNow(DUE_CHECK_MS);
  const subscription = api.useQuery('get', '/v1/subscriptions/{id}', { params: { path: { id } } });
  if (subscription.data?.status === 'suspended') {
    const { suspended_until: until, status_reason: reason } = subscription.data;
    return (
      <Notice tone="warning" title={`It waits: its subscription is suspended${reason === null ? '' : ` (${reason})`}.`}>
        {until === null ? (
          'A probe goes out first.'
        ) : (
          <>
            A probe goes out <TimeAgo at={until} />.
          </>
        )}{' '}
        Once the receiver takes it, this one follows.
      </Notice>
    );
  }
  const isDue = next === null || Date.parse(next) <= now;
  return (
    <Notice
      tone={attempts === 0 ? 'info' : 'warning'}
      title={isDue ? 'It is due now' : `Attempt ${attempts + 1} is to come`}
    >
      {isDue ? (
        'It goes out as soon as the subscription’s other calls leave room.'
      ) : (
        <>
          It goes out <TimeAgo at={next} />
          {attempts > 0 && ', since the last call failed'}.
        </>
      )}
    </Notice>
  );
}
