import { type DynamicModule, Module } from '@nestjs/common';
import { DIALECTS, DialectCatalog } from './dialect-catalog.service.js';
import type { Dialect } from './dialect.js';
import { DialectsController } from './dialects.controller.js';
import { EventTypesController } from './event-types.controller.js';

/** What an ATS is for the hub: the canonical vocabulary and the catalog of dialects, which the application hands in. */
@Module({})
export class AtsModule {
  static forRoot(dialects: readonly Dialect[]): DynamicModule {
    return {
      module: AtsModule,
      global: true,
      controllers: [EventTypesController, DialectsController],
      providers: [{ provide: DIALECTS, useValue: dialects }, DialectCatalog],
      exports: [DialectCatalog],
    };
  }
}
