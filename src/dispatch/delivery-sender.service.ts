import { Inject, Injectable } from '@nestjs/common';
import type { CanonicalEvent } from '../ats/canonical-event.js';
import { DialectCatalog } from '../ats/dialect-catalog.service.js';
import type { Dialect } from '../ats/dialect.js';
import { Clock } from '../common/clock.js';
import { newUuid, publicId } from '../common/ids.js';
import { HUB_CONFIG, type HubConfig } from '../config/config.js';
import type { AttemptMade } from '../event-bus/internal-events.js';
import { type OutboundAnswer, OutboundHttpService } from '../outbound-http/outbound-http.service.js';
import { authHeader, authHeaderName } from '../subscriptions/subscription-auth.js';
import { signingSecrets, type SubscriptionTarget } from '../subscriptions/subscription-target.js';
import { callHeaders, USER_AGENT } from './call-headers.js';
import type { ClaimedDelivery } from './claim-statements.js';
import { traceAttempt } from './delivery-spans.js';
import { EnvelopeCache } from './envelope-cache.js';
import { decideRetry, type RetryDecision } from './retry-decision.js';

/**
 * An event as it goes out to a subscription. Encoded as soon as it is known who gets it: thousands of parsed events that
 * wait for their turn would keep the garbage collector busy.
 */
export interface Message {
  readonly body: Buffer;
  readonly test: boolean;
  /** How many hubs the event has come through before this one. */
  readonly hops: number;
  /** The task history may not hold it. */
  readonly confidential: boolean;
  /** Why there is no body. */
  readonly failure: string | null;
  /** Of the request that brought the event, where traces are kept. */
  readonly traceparent: string | undefined;
}

/** A claimed delivery with all that sending it needs. */
export interface ReadyDelivery {
  readonly claim: ClaimedDelivery;
  readonly message: Message;
  readonly target: SubscriptionTarget;
  /** `performance.now()` before which its subscription's rate limit does not let it go; 0: none. */
  readonly sendAfter: number;
  /** `performance.now()` after which the lease no longer covers a call. */
  readonly sendBefore: number;
  /** The size of its event, if whoever planned it in this process handed it over; `null`: claimed. */
  readonly handedOverBytes: number | null;
}

export interface SentDelivery {
  readonly claim: ClaimedDelivery;
  readonly decision: RetryDecision;
  readonly attempt: AttemptMade;
}

/** One webhook call, for whatever reason it is made. */
export interface Call {
  readonly target: SubscriptionTarget;
  readonly dialect: Dialect;
  /** `webhook-id` */
  readonly messageId: string;
  readonly body: Buffer;
  readonly test: boolean;
  /** How many hubs the event has come through before this one. */
  readonly hops?: number;
  /** Absent: the subscription's own, else its dialect's. */
  readonly timeoutMs?: number;
  readonly extraHeaders?: Readonly<Record<string, string>>;
}

/** What the task history may not hold of some calls. */
export const UNRECORDED = { requestBody: Buffer.alloc(0), responseHeaders: {}, responseBody: Buffer.alloc(0) };
const NO_BODY = Buffer.alloc(0);
const MASK = '***';
const ALWAYS_MASKED = ['authorization', 'cookie', 'proxy-authorization'];

/** Makes webhook calls: envelope and signature of the subscription's dialect, the call, and what follows from the answer. */
@Injectable()
export class DeliverySender {
  private readonly envelopes = new EnvelopeCache();

  constructor(
    private readonly dialects: DialectCatalog,
    private readonly outbound: OutboundHttpService,
    private readonly clock: Clock,
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
  ) {}

  /** Never throws: what cannot be encoded fails when it is sent. */
  prepare(event: CanonicalEvent, eventName: string, target: SubscriptionTarget): Message {
    const { test, hops = 0, confidential = false, traceparent } = event;
    try {
      const options = { eventName, includeFiles: target.includeFiles };
      const body = this.envelopes.bodyOf(this.dialects.get(target.dialect), event, options);
      return { body, test, hops, confidential, failure: null, traceparent };
    } catch (error) {
      return { body: NO_BODY, test, hops, confidential, failure: messageOf(error), traceparent };
    }
  }

  /** Never rejects: what cannot be sent at all has failed, and says so. */
  async send(delivery: ReadyDelivery): Promise<SentDelivery> {
    const { traceparent } = delivery.message;
    if (traceparent === undefined) return this.attempt(delivery);
    return traceAttempt(traceparent, delivery, () => this.attempt(delivery));
  }

  private async attempt(delivery: ReadyDelivery): Promise<SentDelivery> {
    const { claim, message, target } = delivery;
    const { body, test, hops, confidential } = message;
    const dialect = this.dialects.get(target.dialect);
    const call = { target, dialect, messageId: publicId('delivery', claim.id), body, test, hops };
    try {
      if (message.failure !== null) return this.notSent(delivery, call, message.failure);
      const { answer, headers } = await this.call(call);
      const number = claim.probe ? 1 : claim.attempts + 1 - claim.scheduleFrom;
      const decision = decideRetry(answer, dialect.policy, number, Math.random(), this.clock.now());
      const attempt = this.attemptOf(call, headers, answer, specificsOf(delivery, decision));
      return { claim, decision, attempt: confidential ? { ...attempt, ...UNRECORDED } : attempt };
    } catch (error) {
      return this.notSent(delivery, { ...call, body: NO_BODY }, messageOf(error));
    }
  }

  private notSent(delivery: ReadyDelivery, call: Call, why: string): SentDelivery {
    const reason = `the call could not be made: ${why}`;
    const answer = neverSent('not_sent', reason, this.clock.now());
    const decision = { outcome: 'failed' as const, reason };
    return {
      claim: delivery.claim,
      decision,
      attempt: this.attemptOf(call, {}, answer, specificsOf(delivery, decision)),
    };
  }

  /** Where a subscription has none of its own. */
  timeoutsByDialect(): Record<string, number> {
    return Object.fromEntries(this.dialects.all().map((dialect) => [dialect.name, dialect.policy.timeoutMs]));
  }

  timeoutMs(target: SubscriptionTarget): number {
    return target.timeoutMs ?? this.dialects.get(target.dialect).policy.timeoutMs;
  }

  async call(call: Call): Promise<{ answer: OutboundAnswer; headers: Record<string, string> }> {
    const headers = this.headersOf(call);
    const answer = await this.outbound.send({
      url: call.target.url,
      headers,
      body: call.body,
      timeoutMs: call.timeoutMs ?? this.timeoutMs(call.target),
      httpsOnly: this.config.production && call.dialect.subscriptionRules.httpsOnly,
    });
    return { answer, headers };
  }

  /** What every kind of call has in common in the task history; credentials masked. */
  attemptOf(
    call: Call,
    headers: Readonly<Record<string, string>>,
    answer: Answer,
    specifics: AttemptSpecifics,
  ): AttemptMade {
    const { target, dialect, body: requestBody } = call;
    return {
      id: newUuid(),
      accountId: target.accountId,
      partnerId: target.partnerId,
      subscriptionId: target.id,
      dialect: dialect.name,
      url: target.url,
      requestHeaders: masked(headers, target),
      requestBody,
      responseStatus: answer.status,
      responseHeaders: answer.headers,
      responseBody: answer.body,
      responseTruncated: answer.bodyTruncated,
      errorCode: answer.error?.code ?? null,
      errorMessage: answer.error?.message ?? null,
      startedAt: answer.startedAt,
      durationMs: Math.round(answer.durationMs),
      kind: specifics.kind,
      deliveryId: specifics.deliveryId,
      eventId: specifics.eventId,
      eventType: specifics.eventType,
      eventName: specifics.eventName,
      number: specifics.number,
      outcome: specifics.outcome,
      late: false,
      counts: specifics.counts,
    };
  }

  /** Signed at the moment of sending: receivers refuse old timestamps. What the subscription sets itself comes first, so that it can replace nothing. */
  private headersOf({ target, dialect, messageId, body, test, hops = 0, extraHeaders }: Call): Record<string, string> {
    const now = this.clock.now();
    const timestampSeconds = Math.floor(now.getTime() / 1_000);
    const message = { messageId, timestampSeconds, body, secrets: signingSecrets(target, now) };
    const ours = callHeaders(dialect, message, { test, hops });
    const own: Record<string, string> = {};
    for (const name of Object.keys(target.headers)) own[name.toLowerCase()] = target.headers[name] ?? '';
    if (target.auth) {
      const [name, value] = authHeader(target.auth, body, message.secrets[0] ?? target.secret);
      own[name] = value;
    }
    if (extraHeaders) Object.assign(ours, extraHeaders);
    return Object.assign({}, USER_AGENT, own, ours);
  }
}

/** What an attempt is one of. */
export type AttemptSpecifics = Pick<
  AttemptMade,
  'kind' | 'deliveryId' | 'eventId' | 'eventType' | 'eventName' | 'number' | 'outcome' | 'counts'
>;

function specificsOf({ claim, message }: ReadyDelivery, { outcome }: RetryDecision): AttemptSpecifics {
  const { id: deliveryId, eventId, eventType, eventName } = claim;
  const number = claim.attempts + 1;
  // Nobody but the probe tells how the receiver is, so a test event counts when it is one.
  const counts = claim.probe || !message.test;
  return { kind: 'delivery', deliveryId, eventId, eventType, eventName, number, outcome, counts };
}

/** An answer as the task history takes it: also one to a call that was never made. */
type Answer = Omit<OutboundAnswer, 'error'> & {
  readonly error: { readonly code: string; readonly message: string } | null;
};

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function neverSent(code: string, message: string, startedAt: Date): Answer {
  const nothing = { status: 0, headers: {}, body: Buffer.alloc(0), bodyTruncated: false, durationMs: 0 };
  return { ...nothing, error: { code, message }, startedAt };
}

function masked(
  headers: Readonly<Record<string, string>>,
  target: SubscriptionTarget,
): Readonly<Record<string, string>> {
  const own = Object.keys(target.headers).map((name) => name.toLowerCase());
  if (target.auth) own.push(authHeaderName(target.auth));
  const secretNames = [...ALWAYS_MASKED, ...own].filter((name) => name in headers);
  if (secretNames.length === 0) return headers;
  const shown = { ...headers };
  for (const name of secretNames) shown[name] = MASK;
  return shown;
}
