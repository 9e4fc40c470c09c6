import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, type Repository, type SelectQueryBuilder } from 'typeorm';
import type { Caller } from '../accounts/caller.js';
import { findEntity } from '../ats/subject-of.js';
import { idRange } from '../common/history-query.js';
import type { JsonObject } from '../common/json.js';
import { cursorUuid, type HistoryPage, pageOf } from '../common/paging.js';
import { Problem } from '../common/problem.js';
import { historyOwners } from '../database/history-owners.js';
import { walkHistory } from '../database/history-walk.js';
import { Transactions } from '../database/transactions.service.js';
import { namesEntity } from '../ingestion/entity-key.js';
import { StoredEvent } from '../ingestion/event.entities.js';
import { toCanonicalEvent } from '../ingestion/stored-event.js';
import type { EventsQuery } from './event-page.dtos.js';
import { newestOwedEvents } from './owed-events.js';

/** How many of an entity's latest events are looked at for its newest state. */
const MAX_EVENTS_OF_ENTITY = 20;

/** Reads events for people: a partner sees those that its own subscriptions were owed. */
@Injectable()
export class EventPages {
  constructor(
    @InjectRepository(StoredEvent) private readonly events: Repository<StoredEvent>,
    private readonly transactions: Transactions,
  ) {}

  async list(caller: Caller, query: EventsQuery): Promise<HistoryPage<StoredEvent>> {
    const { from, below } = idRange(query, cursorUuid('event', query));
    const { type = null, subject, limit } = query;
    if (subject === undefined) {
      const owners = { column: 'account_id', ids: [caller.accountId] } as const;
      const owedTo = caller.partnerId === null ? null : (await historyOwners(caller, {}, this.transactions)).ids;
      const wanted = { from, below, limit, equal: { type } };
      const newest = owedTo && (await newestOwedEvents(owedTo, wanted, this.transactions));
      const walk = { table: 'events', owners, ...wanted, ...(owedTo && { owedTo }) } as const;
      const { rows: ids, next } = newest ?? (await walkHistory(walk, this.transactions));
      const where = { id: In(ids) };
      return { rows: ids.length === 0 ? [] : await this.events.find({ where, order: { id: 'DESC' } }), next };
    }
    const select = this.visible(caller);
    if (from !== null) select.andWhere('e.id >= :from', { from });
    if (below !== null) select.andWhere('e.id < :below', { below });
    if (type !== null) select.andWhere('e.type = :type', { type });
    narrowToSubject(select, subject);
    const rows = await select
      .orderBy('e.id', 'DESC')
      .take(limit + 1)
      .getMany();
    return pageOf(rows, limit);
  }

  async get(caller: Caller, id: string): Promise<StoredEvent> {
    const event = await this.visible(caller).andWhere('e.id = :id', { id }).getOne();
    if (!event) throw Problem.notFound('There is no event with this id.');
    return event;
  }

  /**
   * The newest known state of an entity, as the events that the caller may see tell it; `null` when none does. Events
   * about the entity itself come before those that only mention it, and any that tells something before one that tells
   * no more than the id: a thin one that could not be completed, say.
   */
  async newestEntity(
    caller: Caller,
    entity: string,
    entityId: string,
    sourceId: string | null,
  ): Promise<JsonObject | null> {
    const select = this.visible(caller).andWhere(
      `e.id IN (SELECT x.event_id FROM event_entities x
                WHERE ${namesEntity('x', { accountId: ':accountId', entity: ':entity', id: ':entityId' })})`,
      { entity, entityId },
    );
    if (sourceId !== null) select.andWhere('e.source_id = :sourceId', { sourceId });
    const rows = await select.orderBy('e.id', 'DESC').take(MAX_EVENTS_OF_ENTITY).getMany();
    const about = rows.filter((row) => row.subjectEntity === entity && row.subjectId === entityId);
    let idAlone: JsonObject | null = null;
    for (const row of [...about, ...rows]) {
      const found = findEntity(toCanonicalEvent(row.content, row.received).data, entity);
      if (found?.id !== entityId) continue;
      if (Object.keys(found).length > 1) return found;
      idAlone = found;
    }
    return idAlone;
  }

  private visible(caller: Caller) {
    const select = this.events
      .createQueryBuilder('e')
      .where('e.account_id = :accountId', { accountId: caller.accountId });
    if (!caller.partnerId) return select;
    return select.andWhere(
      `EXISTS (SELECT 1 FROM deliveries d JOIN subscriptions s ON s.id = d.subscription_id
               WHERE d.event_id = e.id AND s.partner_id = :partnerId)`,
      { partnerId: caller.partnerId },
    );
  }
}

function narrowToSubject(select: SelectQueryBuilder<StoredEvent>, subject: string): void {
  const { entity, id } = parseSubject(subject);
  select.andWhere('e.subject_entity = :entity AND e.subject_id = :subjectId', { entity, subjectId: id });
  // The table with the index; `events` has none on its subject.
  select.andWhere(
    `e.id IN (SELECT x.event_id FROM event_entities x
              WHERE ${namesEntity('x', { accountId: ':accountId', entity: ':entity', id: ':subjectId' })})`,
  );
}

/** `application:app_1` */
function parseSubject(text: string): { entity: string; id: string } {
  const colon = text.indexOf(':');
  if (colon > 0 && colon < text.length - 1) return { entity: text.slice(0, colon), id: text.slice(colon + 1) };
  throw new Problem('invalid_query', 'subject must be written entity:id, like application:app_789012.', [
    { field: 'subject', message: 'must be written entity:id, like application:app_789012' },
  ]);
}
