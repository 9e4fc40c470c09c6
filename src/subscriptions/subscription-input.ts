import { Inject, Injectable } from '@nestjs/common';
import { DialectCatalog } from '../ats/dialect-catalog.service.js';
import type { Dialect } from '../ats/dialect.js';
import { parsePatterns } from '../ats/subscription-patterns.js';
import { parseFilter } from '../common/filter.js';
import type { JsonObject } from '../common/json.js';
import { type FieldProblem, Problem } from '../common/problem.js';
import { HUB_CONFIG, type HubConfig } from '../config/config.js';
import { EVENT_FIELDS } from '../event-bus/event-fields.js';
import { OutboundHttpService } from '../outbound-http/outbound-http.service.js';
import { secretMistake } from '../signing/secrets.js';
import { authHeaderName, authProblems, headersProblems, type SubscriptionAuth } from './subscription-auth.js';

/** What an owner may set, as it arrives: shapes are checked, meanings are not yet. */
export interface SubscriptionInput {
  readonly url: string;
  readonly events: readonly string[];
  readonly name: string | null;
  readonly description: string | null;
  readonly secret?: string;
  readonly auth: unknown;
  readonly headers: unknown;
  readonly timeoutMs: number | null;
  readonly rateLimit?: number | null;
  readonly includeFiles: boolean;
  readonly filter?: JsonObject | null;
}

/** Checks what a subscription's owner asks for against its dialect and the target rules; names every wrong field. */
@Injectable()
export class SubscriptionChecks {
  constructor(
    private readonly dialects: DialectCatalog,
    private readonly outbound: OutboundHttpService,
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
  ) {}

  dialect(name: string): Dialect {
    const dialect = this.dialects.find(name);
    if (dialect) return dialect;
    const names = this.dialects.all().map((known) => known.name);
    throw Problem.invalidField('dialect', `must be one of ${names.join(', ')}`);
  }

  /** For the query of a list. */
  requireDialectFilter(name: string): void {
    if (this.dialects.find(name)) return;
    const message = `must be one of ${this.dialects.names().join(', ')}`;
    throw new Problem('invalid_query', `dialect ${message}.`, [{ field: 'dialect', message }]);
  }

  /** Throws one problem that lists every wrong field. Only the fields that are there are checked. */
  async check(dialect: Dialect, input: Partial<SubscriptionInput>): Promise<void> {
    const reserved = dialect.subscriptionRules.reservedHeaders;
    const problems: FieldProblem[] = [];
    if (input.url !== undefined) problems.push(...(await this.urlProblems(dialect, input.url)));
    if (input.events !== undefined) {
      const parsed = parsePatterns(dialect, [...input.events]);
      if (Array.isArray(parsed)) problems.push(...parsed);
    }
    if (input.secret !== undefined) {
      const message = secretMistake(input.secret);
      if (message) problems.push({ field: 'secret', message });
    }
    if (input.filter != null) {
      const parsed = parseFilter(input.filter, 'filter', EVENT_FIELDS);
      if (Array.isArray(parsed)) problems.push(...parsed);
    }
    if (input.auth != null) problems.push(...authProblems(input.auth, reserved));
    if (input.headers != null) problems.push(...headersProblems(input.headers, reserved));
    if (problems.length > 0) throw Problem.invalid(problems);
    if (input.auth != null && input.headers != null) requireDisjoint(input.auth as SubscriptionAuth, input.headers);
  }

  private async urlProblems(dialect: Dialect, url: string): Promise<FieldProblem[]> {
    const httpsOnly = this.config.production && dialect.subscriptionRules.httpsOnly;
    const message = await this.outbound.checkTarget(url, { httpsOnly });
    return message ? [{ field: 'url', message }] : [];
  }
}

export function requireDisjoint(auth: SubscriptionAuth, headers: object): void {
  const name = authHeaderName(auth);
  const twice = Object.keys(headers).find((header) => header.toLowerCase() === name);
  if (twice) throw Problem.invalidField(`headers.${twice}`, 'is already set by auth');
}
