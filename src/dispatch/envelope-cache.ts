import type { CanonicalEvent } from '../ats/canonical-event.js';
import type { Dialect, EncodeOptions } from '../ats/dialect.js';

/**
 * Encodes an event once for a dialect, however many subscriptions get it and however often. What it keeps lives as long
 * as the event object itself.
 */
export class EnvelopeCache {
  private readonly bodies = new WeakMap<CanonicalEvent, Map<string, Buffer>>();

  bodyOf(dialect: Dialect, event: CanonicalEvent, options: EncodeOptions): Buffer {
    let bodies = this.bodies.get(event);
    if (!bodies) {
      bodies = new Map();
      this.bodies.set(event, bodies);
    }
    const key = `${dialect.name} ${options.includeFiles ? 'files' : ''} ${options.eventName}`;
    let body = bodies.get(key);
    if (!body) {
      body = Buffer.from(dialect.encode(event, options).body, 'utf8');
      bodies.set(key, body);
    }
    return body;
  }
}
