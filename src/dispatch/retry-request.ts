import { type IdKind, parsePublicId } from '../common/ids.js';
import { checkedInstant } from '../common/instant.js';
import { type FieldProblem, Problem } from '../common/problem.js';
import type { RetryRequest } from './recoveries.service.js';
import type { RetryManyDto } from './redelivery.dtos.js';

const FILTERS = ['subscription_id', 'event_id', 'type', 'status', 'since', 'until'] as const;

/** What a body asks to be tried again; names every field that is wrong. */
export function toRetryRequest(body: RetryManyDto): RetryRequest {
  const { delivery_ids: named, type, status, since, until, dry_run: dryRun } = body;
  const given = FILTERS.filter((field) => body[field] !== undefined);
  if (named && given.length > 0) {
    throw Problem.invalid(given.map((field) => ({ field, message: 'must not stand beside delivery_ids' })));
  }
  if (!named && given.every((field) => field === 'until')) {
    throw Problem.invalidField('delivery_ids', `or one of ${FILTERS.join(', ')} must say which deliveries`);
  }
  const problems: FieldProblem[] = [];
  const idOf = (kind: IdKind, field: string, text: string): string => {
    const uuid = parsePublicId(kind, text);
    if (uuid === null) problems.push({ field, message: `must be the id of a ${kind}` });
    return uuid ?? '';
  };
  const request = {
    subscriptionId:
      body.subscription_id === undefined ? null : idOf('subscription', 'subscription_id', body.subscription_id),
    since: since === undefined ? null : checkedInstant(since),
    until: until === undefined ? null : checkedInstant(until),
    filter: {
      eventId: body.event_id === undefined ? null : idOf('event', 'event_id', body.event_id),
      type: type ?? null,
      status: status ?? null,
      deliveryIds: named?.map((text, index) => idOf('delivery', `delivery_ids[${index}]`, text)) ?? null,
    },
    dryRun: dryRun ?? false,
  };
  if (problems.length > 0) throw Problem.invalid(problems);
  return request;
}
