import { type DynamicModule, Global, Module } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { HUB_CONFIG, type HubConfig } from './config.js';

/** Hands the checked configuration and the clock to every module. */
@Global()
@Module({})
export class ConfigModule {
  static forRoot(config: HubConfig): DynamicModule {
    return {
      module: ConfigModule,
      providers: [{ provide: HUB_CONFIG, useValue: config }, Clock],
      exports: [HUB_CONFIG, Clock],
    };
  }
}
