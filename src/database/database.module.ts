import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { DataSourceOptions } from 'typeorm';
import { PartitionKeeper } from './partition-keeper.service.js';
import { endWhenSilent } from './silent-connections.js';
import { Transactions } from './transactions.service.js';

/** The connection pool and transactions. The entities come from `ormconfig.ts`, through the application. */
@Module({})
export class DatabaseModule {
  static forRoot(options: DataSourceOptions): DynamicModule {
    const extra = { ...(options.extra as object | undefined), onConnect: endWhenSilent() };
    return {
      module: DatabaseModule,
      global: true,
      imports: [TypeOrmModule.forRoot({ ...options, extra, retryAttempts: 0 })],
      providers: [Transactions, PartitionKeeper],
      exports: [Transactions, PartitionKeeper],
    };
  }
}
