import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { DataSourceOptions } from 'typeorm';
import { PartitionKeeper } from './partition-keeper.service.js';
import { Transactions } from './transactions.service.js';

/** The connection pool and transactions. The entities come from `ormconfig.ts`, through the application. */
@Module({})
export class DatabaseModule {
  static forRoot(options: DataSourceOptions): DynamicModule {
    return {
      module: DatabaseModule,
      global: true,
      imports: [TypeOrmModule.forRoot({ ...options, retryAttempts: 0 })],
      providers: [Transactions, PartitionKeeper],
      exports: [Transactions, PartitionKeeper],
    };
  }
}
