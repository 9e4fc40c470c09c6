import { Injectable, type OnModuleInit } from '@nestjs/common';
import { newUuid } from '../common/ids.js';
import type { Transaction } from '../common/transaction.js';
import { EventBus } from '../event-bus/event-bus.js';
import { type Delta, deltasOfAttempts, deltasOfEnded } from './tally.js';

/**
 * Notes what there is to count, in the transaction that makes it so: one row, however many deliveries, which nobody else
 * writes to. So it is exact, and no worker waits for another.
 */
@Injectable()
export class StatsRecorder implements OnModuleInit {
  constructor(private readonly bus: EventBus) {}

  onModuleInit(): void {
    this.bus.subscribe('AttemptsMade', ({ attempts }, transaction) =>
      this.note(deltasOfAttempts(attempts), transaction),
    );
    this.bus.subscribe('DeliveriesEnded', (fact, transaction) => this.note(deltasOfEnded(fact), transaction));
  }

  private note(deltas: readonly Delta[], transaction: Transaction): void {
    if (deltas.length === 0) return;
    transaction.send(`INSERT INTO stats_deltas (id, content) VALUES ($1, $2)`, [newUuid(), JSON.stringify(deltas)]);
  }
}
