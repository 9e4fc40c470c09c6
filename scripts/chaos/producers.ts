import { setTimeout as delay } from 'node:timers/promises';
import type { ApiAnswer, ApiClient } from '../../test/support/api-client.js';
import type { Random } from './random.js';
import type { Account } from './subscriptions.js';
import { type Post, type SentEvent, Traffic } from './traffic.js';

const PRODUCERS_PER_ACCOUNT = 2;
const REQUEST_LIMIT_MS = 10_000;
/** After the end of the traffic, by when everything is back. */
const LAST_ANSWER_LIMIT_MS = 120_000;

/** What came of the requests. */
export interface Ledger {
  readonly events: SentEvent[];
  requests: number;
  /** No answer came: whether the hub accepted it the producer can't know. */
  unanswered: number;
  /** The hub said that its database was away. */
  unavailable: number;
  /** Repeated although it was answered, or made twice at once. */
  repeated: number;
  /** Answers that no producer should get, whatever is killed. */
  readonly wrongAnswers: string[];
}

/** Producers of all accounts, as well-behaved ones are: what got no answer, or a 503, is sent again with the same id. */
export class Producers {
  readonly ledger: Ledger = {
    events: [],
    requests: 0,
    unanswered: 0,
    unavailable: 0,
    repeated: 0,
    wrongAnswers: [],
  };
  private readonly loops: Promise<void>[];
  private stopAt = Number.POSITIVE_INFINITY;

  constructor(
    private readonly api: ApiClient,
    accounts: readonly Account[],
    random: Random,
  ) {
    this.loops = accounts.flatMap((account) => {
      const traffic = new Traffic(account.name, random.fork());
      return Array.from({ length: PRODUCERS_PER_ACCOUNT }, () => this.produce(account, traffic, random.fork()));
    });
  }

  /** Resolves once everything that was begun is answered. */
  async stop(): Promise<void> {
    this.stopAt = performance.now();
    await Promise.all(this.loops);
  }

  private async produce(account: Account, traffic: Traffic, random: Random): Promise<void> {
    while (performance.now() < this.stopAt) {
      const post = traffic.next();
      this.ledger.events.push(...post.events);
      const twice = random.chance(0.05);
      if (twice) this.ledger.repeated++;
      await Promise.all([this.send(post, account, random), ...(twice ? [this.send(post, account, random)] : [])]);
      if (random.chance(0.05)) {
        this.ledger.repeated++;
        await this.send(post, account, random);
      }
      await delay(random.integer(50, 350));
    }
  }

  private async send(post: Post, { key }: Account, random: Random): Promise<void> {
    for (;;) {
      this.ledger.requests++;
      const answer = await this.api
        .post(post.path, post.body, { key, headers: post.headers, timeoutMs: REQUEST_LIMIT_MS })
        .catch(() => null);
      if (answer?.status === 202 || answer?.status === 200) return this.note(post, answer);
      this.noteFailure(post, answer);
      if (answer && answer.status < 500) return;
      if (performance.now() > this.stopAt + LAST_ANSWER_LIMIT_MS) {
        this.ledger.wrongAnswers.push(`${post.path}: no answer since the traffic ended`);
        return;
      }
      await delay(random.integer(50, 400));
    }
  }

  private note({ path, events }: Post, { body }: ApiAnswer): void {
    type Accepted = { readonly id: string; readonly deliveries: number };
    const accepted = path.endsWith('/batch') ? (body as { data: Accepted[] }).data : [body as Accepted];
    for (const [index, event] of events.entries()) {
      const { id, deliveries } = accepted[index] ?? { id: 'none', deliveries: null };
      event.eventIds.add(id);
      event.deliveries = deliveries;
    }
  }

  private noteFailure({ path }: Post, answer: ApiAnswer | null): void {
    if (!answer) return void this.ledger.unanswered++;
    if (answer.status === 503 && answer.headers.get('retry-after') !== null) return void this.ledger.unavailable++;
    this.ledger.wrongAnswers.push(`${path}: ${answer.status} ${answer.text.slice(0, 300)}`);
  }
}
