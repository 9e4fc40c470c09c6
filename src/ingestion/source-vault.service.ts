import { Injectable } from '@nestjs/common';
import type { SourceAuth, SourceSettings } from '../ats/inbound.js';
import { parseTiedTypes } from '../ats/tied-events.js';
import { Clock } from '../common/clock.js';
import { SecretBox } from '../signing/secret-box.js';
import type { Source } from './source.entities.js';

/** Where and with which login a source's thin events are completed. */
export interface FetchSettings {
  readonly base_url: string;
  readonly username: string;
  readonly password: string;
}

type SealedColumn = 'token' | 'secret' | 'previous_secret' | 'auth' | 'fetch' | 'confirmed_secret';

/** Seals and opens what a source must keep secret. */
@Injectable()
export class SourceVault {
  constructor(
    private readonly box: SecretBox,
    private readonly clock: Clock,
  ) {}

  seal(sourceId: string, column: SealedColumn, text: string): Buffer {
    return this.box.seal(text, { table: 'sources', column, rowId: sourceId });
  }

  sealJson(sourceId: string, column: SealedColumn, value: unknown): Buffer | null {
    return value === null ? null : this.seal(sourceId, column, JSON.stringify(value));
  }

  open(source: Source, column: SealedColumn): string | null {
    const sealed = {
      token: source.token,
      secret: source.secret,
      previous_secret: source.previousSecret,
      auth: source.auth,
      fetch: source.fetch,
      confirmed_secret: source.confirmedSecret,
    }[column];
    return sealed && this.box.open(sealed, { table: 'sources', column, rowId: source.id });
  }

  /** A ciphertext belongs to its column: moved to another one it is made anew. */
  reseal(source: Source, from: SealedColumn, to: SealedColumn): Buffer | null {
    const text = this.open(source, from);
    return text === null ? null : this.seal(source.id, to, text);
  }

  fetchSettings(source: Source): FetchSettings | null {
    const text = this.open(source, 'fetch');
    return text === null ? null : (JSON.parse(text) as FetchSettings);
  }

  /** What a dialect needs to recognise the vendor. */
  settings(source: Source): SourceSettings {
    const auth = this.open(source, 'auth');
    const expiresAt = source.previousSecretExpiresAt;
    const previous = expiresAt && expiresAt > this.clock.now() ? this.open(source, 'previous_secret') : null;
    const tied = parseTiedTypes(source.events);
    return {
      secrets: [this.open(source, 'secret'), previous].filter((secret) => secret !== null),
      auth: auth === null ? null : (JSON.parse(auth) as SourceAuth),
      confirmedSecret: this.open(source, 'confirmed_secret'),
      tiedTypes: tied instanceof Map ? tied : new Map(),
    };
  }
}
