import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, type Repository } from 'typeorm';
import type { Caller } from '../accounts/caller.js';
import { cursorUuid, type HistoryPage } from '../common/paging.js';
import { Problem } from '../common/problem.js';
import { walkHistory } from '../database/history-walk.js';
import { plainArray } from '../database/sql-arrays.js';
import { Transactions } from '../database/transactions.service.js';
import type { InboundRequestsQuery } from './inbound-request.dtos.js';
import type { LastRequest } from './source.dtos.js';
import { InboundRequestRow, type InboundVerdict, type Source } from './source.entities.js';

const NIL = '00000000-0000-0000-0000-000000000000';
const MAX = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** Reads the calls that sources got, for people. */
@Injectable()
export class InboundRequests {
  constructor(
    @InjectRepository(InboundRequestRow) private readonly requests: Repository<InboundRequestRow>,
    private readonly transactions: Transactions,
  ) {}

  async list(source: Source, query: InboundRequestsQuery): Promise<HistoryPage<InboundRequestRow>> {
    const owners = { column: 'source_id', ids: [source.id] } as const;
    const { verdict = null, limit } = query;
    const below = cursorUuid('inboundRequest', query) ?? null;
    const walk = { table: 'inbound_requests', owners, equal: { verdict }, from: null, below, limit } as const;
    const { rows: ids, next } = await walkHistory(walk, this.transactions);
    const where = { id: In(ids) };
    return { rows: ids.length === 0 ? [] : await this.requests.find({ where, order: { id: 'DESC' } }), next };
  }

  /** Of a source that is deleted by now too: its events still lead there. */
  async get(caller: Caller, id: string): Promise<InboundRequestRow> {
    const row = await this.requests.findOneBy({ id, accountId: caller.accountId });
    if (!row) throw Problem.notFound('There is no inbound request with this id.');
    return row;
  }

  /** By source; those that got none are absent. */
  async lastOf(sources: readonly Source[]): Promise<Map<string, LastRequest>> {
    if (sources.length === 0) return new Map();
    const rows = await this.requests.query<LastRow[]>(
      // Compared as rows, so that it is the index of sources that is walked, and nobody else's calls.
      `SELECT r.id, r.source_id, r.verdict, r.received_at
       FROM unnest($1::uuid[]) AS s(id)
       CROSS JOIN LATERAL (
         SELECT id, source_id, verdict, received_at FROM inbound_requests i
         WHERE (i.source_id, i.id) >= (s.id, '${NIL}') AND (i.source_id, i.id) <= (s.id, '${MAX}')
         ORDER BY i.source_id DESC, i.id DESC LIMIT 1) r`,
      [plainArray(sources.map(({ id }) => id))],
    );
    return new Map(
      rows.map(({ id, source_id: sourceId, verdict, received_at: receivedAt }) => [
        sourceId,
        { id, sourceId, verdict, receivedAt },
      ]),
    );
  }
}

interface LastRow {
  readonly id: string;
  readonly source_id: string;
  readonly verdict: InboundVerdict;
  readonly received_at: Date;
}
