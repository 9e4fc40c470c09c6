import { createHmac } from 'node:crypto';
import type { EntityReference } from '../ats/canonical-event.js';
import type { DraftIdentity } from './event-draft.js';

/** A subject to forget; with a source, only as that source knows it. */
export interface ErasureSubject extends EntityReference {
  /** `null`: as the native API knows it. */
  readonly sourceId?: string | null;
}

/** Turns what names a person into hashes that tell nothing to whoever lacks the account's key. */
export class ErasureHasher {
  constructor(private readonly key: Buffer) {}

  subject({ entity, id, sourceId }: ErasureSubject): Buffer {
    return this.hash(sourceId === undefined ? ['subject', entity, id] : ['subject of', sourceId ?? '', entity, id]);
  }

  /** In hex. */
  text(text: string): string {
    return this.hash(['text', text]).toString('hex');
  }

  /** By which an event is known again, without what that is made of. */
  identity(identity: DraftIdentity | null): DraftIdentity | null {
    if (identity === null) return null;
    if (identity.kind === 'key') {
      const { key, bodyHash } = identity;
      return { ...identity, key: this.text(key), bodyHash: bodyHash === null ? null : this.text(bodyHash) };
    }
    const { entityKey, stateHash } = identity;
    return { ...identity, entityKey: this.text(entityKey), stateHash: this.text(stateHash) };
  }

  private hash(parts: readonly string[]): Buffer {
    return createHmac('sha256', this.key).update(JSON.stringify(parts)).digest();
  }
}
