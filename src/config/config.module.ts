import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { Logger } from 'pino';
import { Clock } from '../common/clock.js';
import { LOGGER } from '../common/logger.js';
import { HUB_CONFIG, type HubConfig } from './config.js';
import { PublicUrl } from './public-url.js';

/** Hands the checked configuration, the hub's address, the logger and the clock to every module. */
@Global()
@Module({})
export class ConfigModule {
  static forRoot(config: HubConfig, logger: Logger): DynamicModule {
    return {
      module: ConfigModule,
      providers: [{ provide: HUB_CONFIG, useValue: config }, { provide: LOGGER, useValue: logger }, Clock, PublicUrl],
      exports: [HUB_CONFIG, LOGGER, Clock, PublicUrl],
    };
  }
}
