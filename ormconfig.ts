import { DataSource, type DataSourceOptions } from 'typeorm';
import { Account, ApiKey, Partner } from './src/accounts/account.entities.js';
import { Attempt, AuditEntry } from './src/audit/audit.entities.js';
import { InitialSchema1764000000000 } from './src/database/migrations/1764000000000-initial-schema.js';
import { EntityKeys1765200000000 } from './src/database/migrations/1765200000000-entity-keys.js';
import { Filters1764300000000 } from './src/database/migrations/1764300000000-filters.js';
import { InboundSources1764200000000 } from './src/database/migrations/1764200000000-inbound-sources.js';
import { Recoveries1764100000000 } from './src/database/migrations/1764100000000-recoveries.js';
import { Erasure1764400000000 } from './src/database/migrations/1764400000000-erasure.js';
import { RateLimits1764500000000 } from './src/database/migrations/1764500000000-rate-limits.js';
import { BulkRetries1764710000000 } from './src/database/migrations/1764710000000-bulk-retries.js';
import { Stats1764700000000 } from './src/database/migrations/1764700000000-stats.js';
import { HashKeys1764600000000 } from './src/database/migrations/1764600000000-hash-keys.js';
import { ListsOfWork1764900000000 } from './src/database/migrations/1764900000000-lists-of-work.js';
import { RoomForUpdates1765100000000 } from './src/database/migrations/1765100000000-room-for-updates.js';
import { WakeLanes1765000000000 } from './src/database/migrations/1765000000000-wake-lanes.js';
import { RareOutcomes1764800000000 } from './src/database/migrations/1764800000000-rare-outcomes.js';
import { Delivery, PendingDelivery } from './src/dispatch/delivery.entity.js';
import { RateSlot } from './src/dispatch/rate-slot.entity.js';
import { Recovery } from './src/dispatch/recovery.entity.js';
import { ErasedSubject, Erasure } from './src/ingestion/erasure.entities.js';
import { StoredEvent } from './src/ingestion/event.entities.js';
import { EntityState, InboundRequestRow, PendingFetch, Source } from './src/ingestion/source.entities.js';
import { EncryptionKey } from './src/signing/encryption-key.entity.js';
import { StatsBucket, StatsDelta } from './src/stats/stats.entities.js';
import { HashKey } from './src/signing/hash-key.entity.js';
import { Subscription } from './src/subscriptions/subscription.entity.js';

/** The one description of the database: the application, the migration commands and the tests read it. */
export function dataSourceOptions(url: string): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    applicationName: 'ats-integration-hub',
    entities: [
      Account,
      Partner,
      ApiKey,
      EncryptionKey,
      HashKey,
      Subscription,
      StoredEvent,
      Source,
      InboundRequestRow,
      EntityState,
      PendingFetch,
      Erasure,
      ErasedSubject,
      Delivery,
      PendingDelivery,
      RateSlot,
      Recovery,
      Attempt,
      AuditEntry,
      StatsDelta,
      StatsBucket,
    ],
    migrations: [
      InitialSchema1764000000000,
      Recoveries1764100000000,
      InboundSources1764200000000,
      Filters1764300000000,
      Erasure1764400000000,
      RateLimits1764500000000,
      HashKeys1764600000000,
      Stats1764700000000,
      BulkRetries1764710000000,
      RareOutcomes1764800000000,
      ListsOfWork1764900000000,
      WakeLanes1765000000000,
      RoomForUpdates1765100000000,
      EntityKeys1765200000000,
    ],
    migrationsTransactionMode: 'all',
    connectTimeoutMS: 5_000,
    poolSize: 20,
    // Every query of the hub has its index, and what PostgreSQL believes of the size of tables that fill and empty in seconds is always
    // out of date: left to itself it reads all of such a table, dead rows included, for each batch.
    extra: {
      statement_timeout: 60_000,
      keepAlive: true,
      // What is not waited for goes out at once: a trip to the database costs a busy process more than most statements do.
      pipeline: true,
      options: '-c plan_cache_mode=force_custom_plan -c jit=off -c enable_seqscan=off',
    },
  };
}

export default new DataSource(dataSourceOptions(process.env.DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/hub'));
