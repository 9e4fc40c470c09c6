import { type DynamicModule, Module } from '@nestjs/common';
import type { Logger } from 'pino';
import { dataSourceOptions } from '../ormconfig.js';
import { AccountsModule } from './accounts/accounts.module.js';
import { AtsModule } from './ats/ats.module.js';
import type { Dialect } from './ats/dialect.js';
import { AuditModule } from './audit/audit.module.js';
import type { HubConfig } from './config/config.js';
import { ConfigModule } from './config/config.module.js';
import { DatabaseModule } from './database/database.module.js';
import { ALL_DIALECTS, DIALECT_MODULES } from './dialects/all-dialects.js';
import { DispatchModule } from './dispatch/dispatch.module.js';
import { EventBusModule } from './event-bus/event-bus.module.js';
import { HealthModule } from './health/health.module.js';
import { IngestionModule } from './ingestion/ingestion.module.js';
import { OutboundHttpModule } from './outbound-http/outbound-http.module.js';
import type { Resolve } from './outbound-http/outbound-http.service.js';
import { SigningModule } from './signing/signing.module.js';
import { StatsModule } from './stats/stats.module.js';
import { StreamModule } from './stream/stream.module.js';
import { SubscriptionsModule } from './subscriptions/subscriptions.module.js';

/** What tests put in the place of parts of the hub. */
export interface ReplacedParts {
  /** Instead of all that the hub knows: for tests that cannot wait as long as a vendor does. */
  readonly dialects?: readonly Dialect[];
  /** Instead of the system's resolver: for names that lead where no real one should. */
  readonly resolve?: Resolve;
  /** Calls are made on the main thread: nobody else could load the TypeScript sources. */
  readonly callsOnMainThread?: boolean;
}

/** Every module of the hub, on one screen, in the order in which they may import each other. */
@Module({})
export class AppModule {
  static forRoot(
    config: HubConfig,
    databaseUrl: string,
    logger: Logger,
    { dialects = ALL_DIALECTS, resolve, callsOnMainThread = false }: ReplacedParts = {},
  ): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot(config, logger),
        EventBusModule,
        DatabaseModule.forRoot(dataSourceOptions(databaseUrl)),
        AccountsModule,
        SigningModule,
        OutboundHttpModule.forRoot({
          targetAllowCidrs: config.targetAllowCidrs,
          allowHttp: config.allowHttpTargets,
          ...(resolve && { resolve }),
          // Whoever only accepts makes few: tests and confirmations.
          ownThread: !callsOnMainThread && config.role !== 'api',
        }),
        AtsModule.forRoot(dialects),
        SubscriptionsModule,
        IngestionModule,
        AuditModule,
        DispatchModule.forRoot(config, databaseUrl),
        ...DIALECT_MODULES,
        StatsModule,
        StreamModule,
        HealthModule,
      ],
    };
  }
}
