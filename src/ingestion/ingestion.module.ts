import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ErasedSubjects } from './erased-subjects.service.js';
import { ErasureNotices } from './erasure-notices.service.js';
import { ErasureRunner } from './erasure-runner.service.js';
import { ErasureSteps } from './erasure-steps.service.js';
import { ErasuresService } from './erasures.service.js';
import { EventReader } from './event-reader.service.js';
import { EventsController } from './events.controller.js';
import { HubEvents } from './hub-events.service.js';
import { InboundController } from './inbound.controller.js';
import { InboundRequests } from './inbound-requests.service.js';
import { InboundService } from './inbound.service.js';
import { IngestionService } from './ingestion.service.js';
import { PendingFetches } from './pending-fetches.service.js';
import { InboundRequestRow, Source } from './source.entities.js';
import { SourceChecks } from './source-input.js';
import { InboundRequestsController, SourcesController } from './sources.controller.js';
import { SourcesService } from './sources.service.js';
import { SubjectsController } from './subjects.controller.js';
import { ThinEventCompleter } from './thin-event-completer.service.js';
import { SourceVault } from './source-vault.service.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Source, InboundRequestRow])],
  controllers: [EventsController, SourcesController, InboundRequestsController, InboundController, SubjectsController],
  providers: [
    IngestionService,
    ErasedSubjects,
    ErasureNotices,
    ErasureRunner,
    ErasureSteps,
    ErasuresService,
    EventReader,
    HubEvents,
    InboundRequests,
    InboundService,
    PendingFetches,
    SourcesService,
    SourceChecks,
    SourceVault,
    ThinEventCompleter,
  ],
  exports: [IngestionService, EventReader, PendingFetches, ErasureRunner],
})
export class IngestionModule {}
