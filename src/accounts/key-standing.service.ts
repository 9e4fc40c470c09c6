import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { Transactions } from '../database/transactions.service.js';

/** Tells whether a key that somebody came in with is still good: for what goes on for long. */
@Injectable()
export class KeyStanding {
  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** `false`: it was deleted, has expired, or its partner is disabled. */
  async isGood(keyId: string): Promise<boolean> {
    const rows = await this.transactions.query(
      `SELECT 1 FROM api_keys k LEFT JOIN partners p ON p.id = k.partner_id
       WHERE k.id = $1 AND (k.expires_at IS NULL OR k.expires_at > ${this.clock.sqlNow})
         AND (k.partner_id IS NULL OR p.status = 'active')`,
      [keyId],
    );
    return rows.length > 0;
  }
}
