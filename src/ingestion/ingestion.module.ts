import { Global, Module } from '@nestjs/common';
import { EventReader } from './event-reader.service.js';
import { EventsController } from './events.controller.js';
import { IngestionService } from './ingestion.service.js';

@Global()
@Module({
  controllers: [EventsController],
  providers: [IngestionService, EventReader],
  exports: [IngestionService, EventReader],
})
export class IngestionModule {}
