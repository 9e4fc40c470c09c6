import type { Random } from './random.js';
import { EVENT_TYPES, type EventType } from './subscriptions.js';

/** What producers send: made from the seed, and kept to compare with what arrives. */

/** An event as it is posted. `id` is the producer's own; absent where the header names it. */
export interface PostedEvent {
  readonly type: EventType;
  readonly data: Readonly<Record<string, unknown>>;
  readonly id?: string;
}

export interface SentEvent {
  readonly account: string;
  readonly posted: PostedEvent;
  /** The id of its application or candidate, of no other event in any account: what finds it in every dialect's body. */
  readonly marker: string;
  /** The hub's ids of it, as answered: there is to be one. */
  readonly eventIds: Set<string>;
  /** How many deliveries the hub said it planned. */
  deliveries: number | null;
}

/** One request, however often it is made. */
export interface Post {
  readonly path: string;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
  readonly events: readonly SentEvent[];
}

export const MARKER = /chaos-[a-z]+-\d{6}/;

const BURST_EVENTS = 300;
const MAX_BATCH = 16;
/** What JSON, UTF-8 and escapes have to survive. */
const WORDS = [
  'Zoë',
  '"quoted"',
  'back\\slash',
  '日本語',
  '🦜',
  'tab\t',
  'line\nbreak',
  '</script>',
  'plain',
  '\u2028',
  'e\u0301',
];
/** The rarer ones go to receivers that take their time. */
const FREQUENCIES: Readonly<Record<EventType, number>> = {
  'application.submitted': 0.65,
  'application.stage_changed': 0.12,
  'application.withdrawn': 0.05,
  'application.hired': 0.08,
  'candidate.updated': 0.1,
};

/** Makes the requests of one account's producers. */
export class Traffic {
  private count = 0;

  constructor(
    private readonly account: string,
    private readonly random: Random,
  ) {}

  next(): Post {
    const { random } = this;
    if (random.chance(0.5)) return this.single();
    if (random.chance(0.05)) return this.batch(BURST_EVENTS, () => 'application.submitted');
    return this.batch(random.integer(2, MAX_BATCH), () => this.type());
  }

  /** Half of them are named by the body, half by the header. */
  private single(): Post {
    const inHeader = this.random.chance(0.5);
    const event = this.event(this.type(), !inHeader);
    const headers: Record<string, string> = inHeader ? { 'idempotency-key': `key-${event.marker}` } : {};
    return { path: '/v1/events', body: event.posted, headers, events: [event] };
  }

  private batch(size: number, typeOf: () => EventType): Post {
    const inHeader = this.random.chance(0.3);
    const events = Array.from({ length: size }, () => this.event(typeOf(), !inHeader));
    const headers: Record<string, string> = inHeader ? { 'idempotency-key': `batch-${events[0]?.marker}` } : {};
    return { path: '/v1/events/batch', body: { events: events.map(({ posted }) => posted) }, headers, events };
  }

  private type(): EventType {
    let left = this.random.next();
    return EVENT_TYPES.find((type) => (left -= FREQUENCIES[type]) < 0) ?? 'application.submitted';
  }

  private event(type: EventType, named: boolean): SentEvent {
    const marker = `chaos-${this.account}-${String(++this.count).padStart(6, '0')}`;
    const notes = Array.from({ length: this.random.integer(3, 60) }, () => {
      return WORDS[this.random.integer(0, WORDS.length - 1)];
    }).join(' ');
    const person = { id: `p-${this.random.integer(1, 500)}`, name: 'Jane Smith' };
    const data = type.startsWith('candidate.')
      ? { candidate: { ...person, id: marker, notes } }
      : { application: { id: marker, status: 'pending', notes, candidate: person, job: { id: 'job-1' } } };
    const posted = { type, data, ...(named && { id: `own-${marker}` }) };
    return { account: this.account, posted, marker, eventIds: new Set(), deliveries: null };
  }
}
