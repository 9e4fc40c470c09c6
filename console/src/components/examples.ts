import type { Schema } from '../api/client';

/** The vocabulary's example of an event as if it happened this moment: one of long ago looks like a mistake among today's. */
export function happeningNow(example: Schema<'EventTypeDto'>['example']): Record<string, unknown> {
  return { ...example, occurred_at: new Date().toISOString() };
}
