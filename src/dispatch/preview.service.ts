import { Injectable } from '@nestjs/common';
import type { Caller } from '../accounts/caller.js';
import type { CanonicalEvent } from '../ats/canonical-event.js';
import { DialectCatalog } from '../ats/dialect-catalog.service.js';
import type { Dialect } from '../ats/dialect.js';
import { dialectOfPath, exampleOfPath } from '../ats/dialect-examples.js';
import { Clock } from '../common/clock.js';
import { newUuid, publicId } from '../common/ids.js';
import { Problem } from '../common/problem.js';
import { toCanonicalEvent } from '../ingestion/stored-event.js';
import { generateSecret } from '../signing/secrets.js';
import { callHeaders, USER_AGENT } from './call-headers.js';
import { EventPages } from './event-pages.service.js';
import { erasedProblem } from './replays.service.js';

/** An event as one dialect would send it. */
export interface Preview {
  readonly dialect: string;
  readonly expressible: boolean;
  readonly eventName: string | null;
  readonly headers: Readonly<Record<string, string>> | null;
  readonly body: string | null;
  readonly warnings: readonly string[];
}

/** Shows what a receiver would get, without sending anything. */
@Injectable()
export class Previews {
  constructor(
    private readonly dialects: DialectCatalog,
    private readonly events: EventPages,
    private readonly clock: Clock,
  ) {}

  async preview(caller: Caller, eventId: string, dialectName: string): Promise<Preview> {
    const dialect = this.dialects.find(dialectName);
    if (!dialect) {
      const message = `must be one of ${this.dialects.names().join(', ')}`;
      throw new Problem('invalid_query', `dialect ${message}.`, [{ field: 'dialect', message }]);
    }
    const row = await this.events.get(caller, eventId);
    if (row.erasedAt) throw erasedProblem();
    const event = toCanonicalEvent(row.content, row.received);
    const eventName = dialect.nameOf(event);
    if (eventName === null) {
      return { dialect: dialect.name, expressible: false, eventName, headers: null, body: null, warnings: [] };
    }
    return this.show(dialect, event, eventName);
  }

  /** The dialect's own example of an event: before there is any to show. */
  previewExample(dialectName: string, eventName: string): Preview {
    const dialect = dialectOfPath(this.dialects, dialectName);
    return this.show(dialect, exampleOfPath(dialect, eventName), eventName);
  }

  private show(dialect: Dialect, event: CanonicalEvent, eventName: string): Preview {
    const { body, warnings } = dialect.encode(event, { eventName, includeFiles: false });
    const message = {
      messageId: publicId('delivery', newUuid()),
      timestampSeconds: this.clock.nowSeconds(),
      body,
      // Of nobody's: a preview must not hand out signatures that a receiver would accept.
      secrets: [generateSecret()],
    };
    const headers = { ...USER_AGENT, ...callHeaders(dialect, message, { test: event.test, hops: event.hops ?? 0 }) };
    return { dialect: dialect.name, expressible: true, eventName, headers, body, warnings: warnings ?? [] };
  }
}
