import { type DynamicModule, Module } from '@nestjs/common';
import { type OutboundHttpOptions, OutboundHttpService } from './outbound-http.service.js';

/** Gives every module the one service that calls receivers. */
@Module({})
export class OutboundHttpModule {
  static forRoot(options: OutboundHttpOptions): DynamicModule {
    return {
      module: OutboundHttpModule,
      global: true,
      providers: [{ provide: OutboundHttpService, useFactory: () => new OutboundHttpService(options) }],
      exports: [OutboundHttpService],
    };
  }
}
