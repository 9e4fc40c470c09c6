import { advanceBeyond, deliveriesOf, nextAttemptMs, type ShownDelivery, untilAttempts } from './deliveries.js';
import type { TestHub } from './hub.js';
import type { Answer, ReceivedCall, Receiver } from './receiver.js';

export interface ShownSubscription {
  readonly status: string;
  readonly status_reason: string | null;
  readonly status_changed_at: string;
  readonly suspended_until: string | null;
}

/** One subscription with a path of its own at a receiver, sent one event at a time; for hubs whose scheduler is held. */
export class Subscribed {
  private constructor(
    private readonly hub: TestHub,
    private readonly receiver: Receiver,
    readonly id: string,
    readonly path: string,
    private readonly type: string,
  ) {}

  /** `type`: what its events are called in the native API; no other subscription of the test file should want them. */
  static async to(
    [hub, receiver]: readonly [TestHub, Receiver],
    [dialect, eventName, type]: readonly [dialect: string, eventName: string, type: string],
    answer: Answer,
    key = hub.adminKey,
  ): Promise<Subscribed> {
    const path = `/${dialect}/${encodeURIComponent(eventName)}`;
    receiver.answer(path, answer);
    const { id } = await hub.subscribe({ url: receiver.url + path, dialect, events: [eventName] }, { key });
    // It asks each new target to confirm: that call must not take an answer which is meant for a delivery.
    if (dialect === 'resthooks') await untilAttempts(hub, id, 1);
    return new Subscribed(hub, receiver, id, path, type);
  }

  /** Sends an event, and answers its delivery once the first attempt is recorded. */
  async send(fields: Readonly<Record<string, unknown>> = {}): Promise<ShownDelivery> {
    const event = await this.hub.send(this.event(fields));
    return this.untilDelivery(event.id, (delivery) => delivery.status !== 'pending' || delivery.attempts > 0);
  }

  /** Sends events all at once, and waits until the first attempt of each is recorded. */
  async sendMany(count: number, fields: Readonly<Record<string, unknown>> = {}): Promise<void> {
    const events = Array.from({ length: count }, () => this.event(fields));
    const { status, text } = await this.hub.post('/v1/events/batch', { events });
    if (status !== 202) throw new Error(`The events were refused: ${text}`);
    await this.untilAll(({ status, attempts }) => status !== 'pending' || attempts > 0);
  }

  /** Sends an event that has to wait, and answers its delivery. */
  async sendInVain(): Promise<ShownDelivery> {
    const event = await this.hub.send(this.event());
    return this.untilDelivery(event.id, () => true);
  }

  /** Moves the clock until all that waits has been tried once more. */
  async tryAgain(): Promise<void> {
    const waiting = (await this.deliveries()).filter(({ status }) => status === 'pending');
    if (waiting.length === 0) return;
    await advanceBeyond(this.hub, Math.max(...waiting.map(nextAttemptMs)));
    const before = new Map(waiting.map(({ id, attempts }) => [id, attempts]));
    await this.untilAll(({ id, status, attempts }) => status !== 'pending' || attempts > (before.get(id) ?? -1));
  }

  async untilAll(accept: (delivery: ShownDelivery) => boolean): Promise<ShownDelivery[]> {
    const path = `/v1/deliveries?subscription_id=${this.id}&limit=200`;
    const page = await this.hub.until(path, ({ data }: { data: ShownDelivery[] }) => data.every(accept));
    return (page as { data: ShownDelivery[] }).data.reverse();
  }

  deliveries(): Promise<ShownDelivery[]> {
    return deliveriesOf(this.hub, this.id);
  }

  async delivery(id: string): Promise<ShownDelivery> {
    return (await this.hub.get(`/v1/deliveries/${id}`)).body as ShownDelivery;
  }

  async shown(): Promise<ShownSubscription> {
    return (await this.hub.get(`/v1/subscriptions/${this.id}`)).body as ShownSubscription;
  }

  async status(): Promise<string> {
    return (await this.shown()).status;
  }

  async post(action: 'enable' | 'disable' | 'test'): Promise<void> {
    const { status, text } = await this.hub.post(`/v1/subscriptions/${this.id}/${action}`);
    if (status !== 200) throw new Error(`${action} was refused: ${text}`);
  }

  answer(answer: Answer): void {
    this.receiver.answer(this.path, answer);
  }

  answerNext(...answers: Answer[]): void {
    this.receiver.answerNext(this.path, ...answers);
  }

  calls(delivery?: { readonly id: string }): ReceivedCall[] {
    const calls = this.receiver.on(this.path);
    return delivery ? calls.filter(({ headers }) => headers['webhook-id'] === delivery.id) : calls;
  }

  private event(fields: Readonly<Record<string, unknown>> = {}) {
    const entity = this.type.split('.')[0] ?? '';
    return { type: this.type, data: { [entity]: { id: 'x_1' } }, ...fields };
  }

  private async untilDelivery(eventId: string, accept: (delivery: ShownDelivery) => boolean): Promise<ShownDelivery> {
    const page = await this.hub.until(
      `/v1/deliveries?event_id=${eventId}&subscription_id=${this.id}`,
      ({ data }: { data: ShownDelivery[] }) => data.length === 1 && data.every(accept),
    );
    const [delivery] = (page as { data: ShownDelivery[] }).data;
    if (!delivery) throw new Error('No delivery.');
    return delivery;
  }
}
