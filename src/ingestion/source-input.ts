import { Injectable } from '@nestjs/common';
import { DialectCatalog } from '../ats/dialect-catalog.service.js';
import type { Dialect } from '../ats/dialect.js';
import type { SourceAuth } from '../ats/inbound.js';
import { parseTiedTypes } from '../ats/tied-events.js';
import { type FieldProblem, Problem } from '../common/problem.js';
import { OutboundHttpService } from '../outbound-http/outbound-http.service.js';
import { secretMistake } from '../signing/secrets.js';
import { authProblems } from '../subscriptions/subscription-auth.js';
import type { Source, SourceStatus } from './source.entities.js';
import type { FetchSettings } from './source-vault.service.js';

/** What an owner may set, as it arrives: shapes are checked, meanings are not yet. */
export interface SourceInput {
  readonly name: string;
  readonly status?: SourceStatus;
  readonly secret?: string;
  readonly auth?: SourceAuth | null;
  readonly fetch?: FetchSettings | null;
  readonly events?: readonly string[];
}

/** Checks what a source is set up with against what its dialect takes; names every wrong field. */
@Injectable()
export class SourceChecks {
  constructor(
    private readonly dialects: DialectCatalog,
    private readonly outbound: OutboundHttpService,
  ) {}

  dialect(name: string): Dialect {
    const dialect = this.dialects.find(name);
    if (dialect) return dialect;
    throw Problem.invalidField('dialect', `must be one of ${this.dialects.names().join(', ')}`);
  }

  takesSecret({ inbound }: Dialect, auth: SourceAuth | null): boolean {
    const { secret } = inbound.sourceRules;
    return secret === 'always' || (secret === 'with_hmac' && auth?.type === 'hmac');
  }

  /**
   * Throws one problem that lists every wrong field. `current`: what is changed; `null`: it is being created. `auth`: as it will
   * be. What an older source lacks is asked for when its `auth` changes: it can still be renamed and disabled.
   */
  async check(
    dialect: Dialect,
    input: Partial<SourceInput>,
    current: Source | null,
    auth: SourceAuth | null,
  ): Promise<void> {
    const { sourceRules } = dialect.inbound;
    const problems: FieldProblem[] = this.authProblems(dialect, auth);
    const isComplete = current === null || input.auth !== undefined;
    if (isComplete && sourceRules.authRequired && !auth) {
      problems.push({ field: 'auth', message: `is required: one of ${sourceRules.authTypes.join(', ')}` });
    }
    const isTaken = this.takesSecret(dialect, auth);
    const message =
      input.secret === undefined && !isComplete ? null : this.secretProblem(isTaken, input.secret, current);
    if (message) problems.push({ field: 'secret', message });
    if (input.fetch) problems.push(...(await this.fetchProblems(dialect, input.fetch)));
    if (input.events && input.events.length > 0) problems.push(...tieProblems(dialect, input.events));
    if (problems.length > 0) throw Problem.invalid(problems);
  }

  /** A source that is there keeps its secret until that is rotated, but one that had none needs to be given one. */
  private secretProblem(isTaken: boolean, given: string | undefined, current: Source | null): string | null {
    if (given === undefined) {
      const isMissing = isTaken && current !== null && current.secret === null;
      return isMissing ? 'is required: the source has none that its vendor could sign with' : null;
    }
    if (!isTaken) return 'is not used by such a source';
    return current?.secret ? 'is changed with POST /v1/sources/{id}/rotate-secret' : secretMistake(given);
  }

  checkSecret(secret: string): void {
    const message = secretMistake(secret);
    if (message) throw Problem.invalidField('secret', message);
  }

  private authProblems({ name, inbound }: Dialect, auth: SourceAuth | null): FieldProblem[] {
    if (auth === null) return [];
    const { authTypes } = inbound.sourceRules;
    if (authTypes.length === 0) return [{ field: 'auth', message: `is not used by sources of ${name}` }];
    if (!authTypes.includes(auth.type))
      return [{ field: 'auth.type', message: `must be one of ${authTypes.join(', ')}` }];
    return auth.type === 'hook_secret' ? [] : authProblems(auth, []);
  }

  private async fetchProblems({ name, inbound }: Dialect, fetch: FetchSettings): Promise<FieldProblem[]> {
    if (!inbound.sourceRules.fetches) return [{ field: 'fetch', message: `is not used by sources of ${name}` }];
    const message = await this.outbound.checkTarget(fetch.base_url);
    return message ? [{ field: 'fetch.base_url', message }] : [];
  }
}

function tieProblems({ name, inbound }: Dialect, events: readonly string[]): FieldProblem[] {
  if (!inbound.sourceRules.tiedEvents) return [{ field: 'events', message: `is not used by sources of ${name}` }];
  const parsed = parseTiedTypes(events);
  return Array.isArray(parsed) ? parsed : [];
}
