import { randomBytes } from 'node:crypto';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Caller } from '../accounts/caller.js';
import { DialectCatalog } from '../ats/dialect-catalog.service.js';
import type { Dialect } from '../ats/dialect.js';
import { compilePatterns, matchPatterns, type SubscriptionPatterns } from '../ats/subscription-patterns.js';
import { Clock } from '../common/clock.js';
import { errorText } from '../common/error-text.js';
import { newUuid, publicId } from '../common/ids.js';
import { LOGGER } from '../common/logger.js';
import { Problem } from '../common/problem.js';
import { EventBus } from '../event-bus/event-bus.js';
import type { AttemptKind, AttemptMade } from '../event-bus/internal-events.js';
import { equalsInConstantTime } from '../signing/signature-schemes.js';
import type { SubscriptionTarget } from '../subscriptions/subscription-target.js';
import { SubscriptionsService } from '../subscriptions/subscriptions.service.js';
import { DeliveryRecorder } from './delivery-recorder.service.js';
import { type Call, DeliverySender } from './delivery-sender.service.js';

/** Calls that belong to no delivery: tests on demand, and the confirmation that some dialects ask a new target for. */
@Injectable()
export class DirectCalls implements OnModuleInit {
  constructor(
    private readonly bus: EventBus,
    private readonly subscriptions: SubscriptionsService,
    private readonly dialects: DialectCatalog,
    private readonly sender: DeliverySender,
    private readonly recorder: DeliveryRecorder,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.bus.subscribe('SubscriptionChanged', ({ isNewTarget, subscriptionId }, transaction) => {
      if (!isNewTarget) return;
      transaction.afterCommit(() => void this.askForConfirmation(subscriptionId));
    });
  }

  /** Sends the dialect's test event now. Counts towards nothing; answers the attempt, whatever the receiver said. */
  async test(caller: Caller, subscriptionId: string): Promise<AttemptMade> {
    await this.subscriptions.get(caller, subscriptionId);
    const target = await this.targetOf(subscriptionId);
    const dialect = this.dialects.get(target.dialect);
    const { eventName, body } = this.testEvent(target, dialect);
    const call = {
      target,
      dialect,
      messageId: publicId('delivery', newUuid()),
      body: Buffer.from(body, 'utf8'),
      test: true,
    };
    return this.make(call, 'test', eventName);
  }

  /** The dialect's own test event; else the example of what the subscription names, or of the dialect's first event. */
  private testEvent(target: SubscriptionTarget, dialect: Dialect): { eventName: string; body: string } {
    const patterns = compilePatterns(target.events);
    const all = dialect.events.map(({ name }) => name);
    const names = [...patterns.names, ...all.filter((name) => isAskedFor(dialect, patterns, name)), ...all];
    if (dialect.testEnvelope) {
      const [eventName = ''] = names;
      const sentAt = this.clock.now().toISOString();
      return dialect.testEnvelope({
        id: publicId('subscription', target.id),
        name: target.name,
        eventName,
        sentAt,
      });
    }
    for (const eventName of names) {
      const example = dialect.exampleOf(eventName);
      if (!example) continue;
      return { eventName, body: dialect.encode(example, { eventName, includeFiles: target.includeFiles }).body };
    }
    throw Problem.conflict(`${dialect.title} has no example to send.`);
  }

  /** The receiver may prove that it wants the calls by echoing a secret; not doing so changes nothing. */
  private async askForConfirmation(subscriptionId: string): Promise<void> {
    try {
      const target = await this.targetOf(subscriptionId);
      const dialect = this.dialects.get(target.dialect);
      if (!dialect.confirmation) return;
      const { body, header, timeoutMs } = dialect.confirmation;
      const proof = randomBytes(24).toString('base64url');
      const call = {
        target,
        dialect,
        messageId: publicId('delivery', newUuid()),
        body: Buffer.from(body),
        test: false,
        timeoutMs,
      };
      const attempt = await this.make(
        { ...call, extraHeaders: { [header.toLowerCase()]: proof } },
        'confirmation',
        header,
      );
      const echo = attempt.responseHeaders[header.toLowerCase()];
      if (attempt.outcome === 'delivered' && typeof echo === 'string' && equalsInConstantTime(echo, proof))
        await this.subscriptions.confirm(subscriptionId, target.url);
    } catch (error) {
      this.logger.warn(
        { event: 'subscription.confirmation_failed', error: errorText(error) },
        'A confirmation could not be asked for',
      );
    }
  }

  private async make(call: Call, kind: AttemptKind, eventName: string): Promise<AttemptMade> {
    const { answer, headers } = await this.sender.call(call);
    const delivered = answer.status >= 200 && answer.status < 300 && !answer.error;
    const attempt = this.sender.attemptOf(call, headers, answer, {
      kind,
      deliveryId: null,
      eventId: null,
      eventType: null,
      eventName,
      number: 1,
      outcome: delivered ? 'delivered' : 'failed',
      counts: false,
    });
    await this.recorder.recordAttempt(attempt);
    return attempt;
  }

  private async targetOf(subscriptionId: string): Promise<SubscriptionTarget> {
    const [target] = await this.subscriptions.targets([subscriptionId]);
    if (!target) throw Problem.notFound('There is no subscription with this id.');
    return target;
  }
}

/** By name, or by a wildcard. */
function isAskedFor(dialect: Dialect, patterns: SubscriptionPatterns, eventName: string): boolean {
  const example = dialect.exampleOf(eventName);
  const match = example && matchPatterns(dialect, patterns, example);
  return match !== null && match !== 'not_expressible';
}
