import { Inject, Injectable } from '@nestjs/common';
import { BY_THE_HUB } from '../accounts/caller.js';
import { DialectCatalog } from '../ats/dialect-catalog.service.js';
import type { Inbound, InboundEvent, InboundRequest } from '../ats/inbound.js';
import { credentialHeaders } from '../ats/inbound-auth.js';
import { samenessOf } from '../ats/sameness.js';
import { Clock } from '../common/clock.js';
import { newUuid } from '../common/ids.js';
import { isDeeperThan } from '../common/json-depth.js';
import { Problem, PROBLEMS, type ProblemCode } from '../common/problem.js';
import { activeTraceparent } from '../common/tracing.js';
import { HUB_CONFIG, type HubConfig } from '../config/config.js';
import { Transactions } from '../database/transactions.service.js';
import { toDraft } from './inbound-draft.js';
import { saveInboundRequest } from './inbound-statements.js';
import { IngestionService } from './ingestion.service.js';
import { PendingFetches } from './pending-fetches.service.js';
import type { InboundRequestRow, InboundVerdict, Source } from './source.entities.js';
import { SourcesService } from './sources.service.js';

/** A call to a source's address, as HTTP brings it. */
export interface InboundCall {
  readonly token: string;
  readonly segment: string | null;
  readonly headers: InboundRequest['headers'];
  /** Of one that is too large only the beginning. */
  readonly body: Buffer;
  /** How much came. */
  readonly bodyBytes: number;
  readonly address: string;
}

export interface InboundReply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A call that went through so many hubs is going round in circles. */
const MAX_HOPS = 3;
const MAX_REFUSED_BODY_BYTES = 65_536;
/** What the column holds. */
const MAX_BYTES_NOTED = 2_147_483_647;
const MASK = '***';
const ALWAYS_MASKED = ['authorization', 'cookie', 'proxy-authorization'];

type KeptCall = Omit<InboundRequestRow, 'verdict' | 'reason' | 'eventIds'>;

/** Takes vendors' own webhooks: verifies them on the raw body, keeps every one with its verdict, accepts their events. */
@Injectable()
export class InboundService {
  constructor(
    private readonly sources: SourcesService,
    private readonly dialects: DialectCatalog,
    private readonly ingestion: IngestionService,
    private readonly fetches: PendingFetches,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
  ) {}

  /** Resolves once the call is committed. Throws a problem for a call that is refused, after keeping that too. */
  async receive(call: InboundCall): Promise<InboundReply> {
    const source = await this.sources.findByToken(call.token);
    const inbound = source && this.dialects.find(source.dialect)?.inbound;
    if (!source || !inbound || !hasSegment(inbound, call.segment))
      throw Problem.notFound('No source has this address.');
    const settings = this.sources.settings(source);
    const kept = this.toKept(call, source, credentialHeaders(settings.auth));
    const refusal = this.refusalOf(call, source);
    if (refusal) return this.refuse(kept, 'refused', refusal);
    const request = { rawBody: call.body, headers: call.headers, segment: call.segment, receivedAt: kept.receivedAt };
    const verdict = inbound.verify(request, settings);
    if (!verdict.ok) return this.refuse(kept, 'refused', new Problem('unauthorized', verdict.reason));
    const decoded = inbound.decode(request, settings);
    switch (decoded.kind) {
      case 'unreadable':
        return this.refuse(kept, 'unreadable', new Problem('bad_request', decoded.reason));
      case 'test':
        await this.keep(kept, 'test');
        return reply(inbound);
      case 'confirmation':
        await this.sources.confirm(source, decoded.secret);
        await this.keep(kept, 'confirmation');
        return reply(inbound, decoded.answerHeaders);
      case 'events':
        await this.accept(source, inbound, kept, decoded.events, hopsOf(call));
        return reply(inbound);
    }
  }

  private async accept(
    source: Source,
    inbound: Inbound,
    kept: KeptCall,
    events: readonly InboundEvent[],
    hops: number,
  ): Promise<void> {
    const canFetch = source.fetch !== null && events.some((event) => event.fetchPath !== null);
    const traceparent = activeTraceparent();
    if (canFetch) return this.fetches.start(kept, source, { hops, events, ...(traceparent && { traceparent }) });
    await this.ingestion.accept({
      accountId: source.accountId,
      sourceId: source.id,
      by: { ...BY_THE_HUB, keyName: `source ${source.name}`, role: 'source', address: kept.address },
      drafts: events.map((event) => toDraft(source, event, samenessOf(inbound.sameEvent, event), hops)),
      inbound: kept,
    });
  }

  private refusalOf(call: InboundCall, source: Source): Problem | null {
    if (source.status === 'disabled') return Problem.forbidden('This source is disabled.');
    if (hopsOf(call) >= MAX_HOPS) return Problem.forbidden(`This call has come through ${MAX_HOPS} hubs already.`);
    if (call.bodyBytes > this.config.maxBodyBytes) {
      return new Problem('body_too_large', `The body may be ${this.config.maxBodyBytes} bytes at most.`);
    }
    // Before anything parses it: a signature may be checked over the body as it is serialised again.
    if (isDeeperThan(call.body, this.config.maxJsonDepth)) {
      return new Problem('json_too_deep', `The JSON may be nested ${this.config.maxJsonDepth} levels deep at most.`);
    }
    return null;
  }

  private async refuse(kept: KeptCall, verdict: InboundVerdict, problem: Problem): Promise<never> {
    const oversized = kept.bodyBytes > this.config.maxBodyBytes;
    const body = oversized ? Buffer.alloc(0) : kept.body.subarray(0, MAX_REFUSED_BODY_BYTES);
    await this.keep({ ...kept, body, answerStatus: statusOf(problem.code) }, verdict, problem.detail);
    throw problem;
  }

  private async keep(kept: KeptCall, verdict: InboundVerdict, reason: string | null = null): Promise<void> {
    await saveInboundRequest({ ...kept, verdict, reason, eventIds: [] }, this.transactions);
  }

  private toKept(call: InboundCall, source: Source, credentials: readonly string[]): KeptCall {
    return {
      id: newUuid(),
      accountId: source.accountId,
      sourceId: source.id,
      segment: call.segment,
      address: call.address,
      headers: masked(call.headers, [...ALWAYS_MASKED, ...credentials]),
      body: call.body,
      bodyBytes: Math.min(call.bodyBytes, MAX_BYTES_NOTED),
      answerStatus: 200,
      receivedAt: this.clock.now(),
    };
  }
}

function hasSegment({ ingestPaths }: Inbound, segment: string | null): boolean {
  return ingestPaths.length === 0 ? segment === null : ingestPaths.some((path) => path.segment === segment);
}

function hopsOf({ headers }: InboundCall): number {
  const hops = Number(headers['hub-hops']);
  return Number.isInteger(hops) && hops > 0 ? hops : 0;
}

function statusOf(code: ProblemCode): number {
  return PROBLEMS[code].status;
}

function masked(headers: InboundRequest['headers'], credentials: readonly string[]): Record<string, string | string[]> {
  const shown = Object.entries(headers).flatMap(([name, value]): [string, string | string[]][] => {
    if (value === undefined) return [];
    if (credentials.includes(name)) return [[name, MASK]];
    return [[name, typeof value === 'string' ? value : [...value]]];
  });
  return Object.fromEntries(shown);
}

function reply({ answer }: Inbound, headers: Readonly<Record<string, string>> = {}): InboundReply {
  return { ...answer, headers };
}
