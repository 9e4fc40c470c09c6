import { Injectable } from '@nestjs/common';
import type { Transaction } from '../common/transaction.js';
import type { InternalEvents } from './internal-events.js';

type Handler<Payload> = (payload: Payload, transaction: Transaction) => Promise<void> | void;

/**
 * Tells modules what has happened, inside the publisher's transaction. Handlers run one after the other and are
 * awaited; one that throws rolls the publisher back, so a handler never catches a database error.
 */
@Injectable()
export class EventBus {
  private readonly handlers = new Map<keyof InternalEvents, Handler<never>[]>();

  subscribe<Name extends keyof InternalEvents>(name: Name, handler: Handler<InternalEvents[Name]>): void {
    const handlers = this.handlers.get(name) ?? [];
    this.handlers.set(name, [...handlers, handler]);
  }

  async publish<Name extends keyof InternalEvents>(
    name: Name,
    payload: InternalEvents[Name],
    transaction: Transaction,
  ): Promise<void> {
    for (const handler of this.handlers.get(name) ?? []) {
      await (handler as Handler<InternalEvents[Name]>)(payload, transaction);
    }
  }
}
