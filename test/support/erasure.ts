/** People who are to be forgotten, what may be known of them, and how a test has a hub forget them. */
import type { TestHub } from './hub.js';

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

export function person(name: string): Person {
  return { id: `cand_${name}`, name: `${name} Stone`, email: `${name}@example.com` };
}

export function applicationId({ id }: Person): string {
  return id.replace('cand', 'app');
}

/** What may be known of somebody. */
export function tracesOf(one: Person): string[] {
  return [one.id, one.name, one.email, applicationId(one)];
}

export function submitted(one: Person, fields: Readonly<Record<string, unknown>> = {}) {
  const application = { id: applicationId(one), job: { id: 'job_1', title: 'Baker' }, candidate: one };
  return { type: 'application.submitted', data: { application }, ...fields };
}

/** Names the application alone. */
export function withdrawn(one: Person) {
  return { type: 'application.withdrawn', data: { application: { id: applicationId(one), status: 'withdrawn' } } };
}

export interface ShownErasure {
  readonly id: string;
  readonly status: 'running' | 'done';
  readonly events: number;
  readonly attempts: number;
  readonly inbound_requests: number;
  readonly cancelled_deliveries: number;
  readonly audit_entries: number;
  readonly subscription_ids: readonly string[];
  readonly anonymized_event_id: string | null;
}

export const NOTHING_ERASED = {
  status: 'done',
  events: 0,
  attempts: 0,
  inbound_requests: 0,
  cancelled_deliveries: 0,
  subscription_ids: [],
  anonymized_event_id: null,
};

/** Longer than any lease. */
const SETTLED_MS = 120_000;

/** Forgets somebody, as answered. */
export async function beginErasing(
  hub: TestHub,
  id: string,
  fields: Readonly<Record<string, unknown>> = {},
): Promise<ShownErasure> {
  const answer = await hub.post('/v1/subjects/erase', { entity: 'candidate', id, ...fields });
  const erasure = answer.body as ShownErasure;
  if (answer.status !== (erasure.status === 'done' ? 200 : 202)) throw new Error(`Erasing was refused: ${answer.text}`);
  return erasure;
}

/** Forgets somebody, and waits for whatever goes on in the background. */
export async function erase(
  hub: TestHub,
  id: string,
  fields: Readonly<Record<string, unknown>> = {},
): Promise<ShownErasure> {
  const erasure = await beginErasing(hub, id, fields);
  return erasure.status === 'done' ? erasure : untilErased(hub, erasure.id);
}

export async function untilErased(hub: TestHub, id: string): Promise<ShownErasure> {
  await hub.advance(SETTLED_MS);
  return (await hub.until(`/v1/erasures/${id}`, ({ status }) => status === 'done')) as ShownErasure;
}
