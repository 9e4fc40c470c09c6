import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { newUuid } from '../common/ids.js';
import type { JsonValue } from '../common/json.js';
import type { Transaction } from '../common/transaction.js';
import { EventBus } from '../event-bus/event-bus.js';
import type { Change } from '../event-bus/internal-events.js';

/** Writes the audit log in the transaction that makes the change. */
@Injectable()
export class AuditRecorder implements OnModuleInit {
  constructor(
    private readonly bus: EventBus,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.bus.subscribe('ChangesMade', ({ changes }, transaction) => this.record(changes, transaction));
  }

  private record(changes: readonly Change[], transaction: Transaction): void {
    if (changes.length === 0) return;
    transaction.send(
      `INSERT INTO audit_log (id, account_id, action, target_kind, target_id, key_id, key_name, role, address, request_id,
         before, after, created_at)
       SELECT c.*, ${this.clock.sqlNow}
       FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::text[], $8::text[],
         $9::text[], $10::text[], $11::json[], $12::json[]) AS c`,
      [
        changes.map(() => newUuid()),
        changes.map((change) => change.accountId),
        changes.map((change) => change.action),
        changes.map((change) => change.targetKind),
        changes.map((change) => change.targetId),
        changes.map((change) => change.by.keyId),
        changes.map((change) => change.by.keyName),
        changes.map((change) => change.by.role),
        changes.map((change) => change.by.address),
        changes.map((change) => change.by.requestId),
        changes.map((change) => toJson(change.before)),
        changes.map((change) => toJson(change.after)),
      ],
    );
  }
}

function toJson(value: JsonValue): string | null {
  return value === null ? null : JSON.stringify(value);
}
