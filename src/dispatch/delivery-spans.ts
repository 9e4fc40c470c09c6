import { publicId } from '../common/ids.js';
import { beginSpan, endSpan } from '../common/tracing.js';
import type { AcceptedEvent } from '../event-bus/internal-events.js';
import type { ReadyDelivery, SentDelivery } from './delivery-sender.service.js';

/** What is traced of deliveries: ids, and how it went. A receiver's path may be a secret, so its host alone is told. */

/** Planning, of all events of a group at once. */
export function tracePlanning(events: readonly AcceptedEvent[], startedAt: number): void {
  for (const { event, deliveries } of events) {
    if (event.traceparent === undefined) continue;
    const attributes = { 'hub.event_id': event.id, 'hub.event_type': event.type, 'hub.deliveries': deliveries };
    endSpan(beginSpan(event.traceparent, 'plan', 'internal', { attributes, startedAt }), {}, null);
  }
}

/** One webhook call. */
export async function traceAttempt(
  traceparent: string,
  { claim, target }: ReadyDelivery,
  call: () => Promise<SentDelivery>,
): Promise<SentDelivery> {
  const { protocol, hostname, port, origin } = new URL(target.url);
  const attributes = {
    'http.request.method': 'POST',
    'http.request.resend_count': claim.attempts,
    'server.address': hostname,
    'server.port': Number(port || (protocol === 'https:' ? 443 : 80)),
    'url.full': `${origin}/REDACTED`,
    'hub.dialect': target.dialect,
    'hub.event_id': publicId('event', claim.eventId),
    'hub.event_type': claim.eventType,
    'hub.delivery_id': publicId('delivery', claim.id),
    'hub.subscription_id': publicId('subscription', claim.subscriptionId),
  };
  const span = beginSpan(traceparent, 'POST', 'client', { attributes });
  const sent = await call();
  const { outcome, responseStatus, errorCode } = sent.attempt;
  const answered = responseStatus > 0 ? { 'http.response.status_code': responseStatus } : {};
  const failure = outcome === 'delivered' ? null : (errorCode ?? String(responseStatus));
  endSpan(span, { ...answered, 'hub.outcome': outcome }, failure);
  return sent;
}
