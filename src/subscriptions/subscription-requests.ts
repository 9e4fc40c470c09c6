import type { CreateSubscriptionDto, UpdateSubscriptionDto } from './subscription.dtos.js';
import type { SubscriptionInput } from './subscription-input.js';

/** What the bodies of requests ask for. */

export function toSubscriptionInput(body: CreateSubscriptionDto): SubscriptionInput {
  return {
    url: body.url,
    events: body.events,
    name: body.name ?? null,
    description: body.description ?? null,
    ...(body.secret !== undefined && { secret: body.secret }),
    auth: body.auth ?? null,
    headers: body.headers ?? null,
    timeoutMs: body.timeout_ms ?? null,
    rateLimit: body.rate_limit ?? null,
    includeFiles: body.include_files ?? false,
    filter: body.filter ?? null,
  };
}

/** Absent fields stay as they are; `null` clears what may be unset. */
export function toSubscriptionChanges(body: UpdateSubscriptionDto): Partial<SubscriptionInput> {
  return {
    ...(body.url !== undefined && { url: body.url }),
    ...(body.events !== undefined && { events: body.events }),
    ...(body.name !== undefined && { name: body.name }),
    ...(body.description !== undefined && { description: body.description }),
    ...(body.auth !== undefined && { auth: body.auth }),
    ...(body.headers !== undefined && { headers: body.headers }),
    ...(body.timeout_ms !== undefined && { timeoutMs: body.timeout_ms }),
    ...(body.rate_limit !== undefined && { rateLimit: body.rate_limit }),
    ...(body.include_files !== undefined && { includeFiles: body.include_files }),
    ...(body.filter !== undefined && { filter: body.filter }),
  };
}
