import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { HubConfig } from '../config/config.js';
import { StoredEvent } from '../ingestion/event.entities.js';
import { Delivery, PendingDelivery } from './delivery.entity.js';
import { DeliveriesService } from './deliveries.service.js';
import { DeliveryClaimer } from './delivery-claimer.service.js';
import { DeliveryHandover } from './delivery-handover.service.js';
import { DeliveryPacer } from './delivery-pacer.service.js';
import { DeliveryPlanner } from './delivery-planner.service.js';
import { DeliveryRecorder } from './delivery-recorder.service.js';
import { DeliveryScheduler } from './delivery-scheduler.service.js';
import { DeliverySender } from './delivery-sender.service.js';
import { DeliveryWorker } from './delivery-worker.service.js';
import { DirectCalls } from './direct-calls.service.js';
import { DispatchRunner } from './dispatch-runner.service.js';
import { DeliveriesController, EventPagesController, SubscriptionTestController } from './dispatch.controllers.js';
import { DispatchStatus } from './dispatch-status.service.js';
import { ErasureFollower } from './erasure-follower.service.js';
import { EventExplanations } from './event-explanations.service.js';
import { EventPages } from './event-pages.service.js';
import { Previews } from './preview.service.js';
import { QueueModule } from './queue/queue.module.js';
import { RecoveriesService } from './recoveries.service.js';
import { RateSlot } from './rate-slot.entity.js';
import { Recovery } from './recovery.entity.js';
import { RecoveryRunner } from './recovery-runner.service.js';
import {
  BulkRetryController,
  DialectPreviewController,
  EventActionsController,
  RecoveriesController,
} from './redelivery.controllers.js';
import { Replays } from './replays.service.js';
import { SubscriptionFollower } from './subscription-follower.service.js';
import { SubscriptionTargets } from './subscription-targets.service.js';

@Module({})
export class DispatchModule {
  static forRoot(config: HubConfig, databaseUrl: string): DynamicModule {
    return {
      module: DispatchModule,
      global: true,
      imports: [
        TypeOrmModule.forFeature([Delivery, PendingDelivery, Recovery, StoredEvent, RateSlot]),
        QueueModule.forRoot(config, databaseUrl),
      ],
      controllers: [
        DeliveriesController,
        EventPagesController,
        EventActionsController,
        DialectPreviewController,
        SubscriptionTestController,
        RecoveriesController,
        BulkRetryController,
      ],
      providers: [
        DeliveryHandover,
        DeliveryPlanner,
        DeliveryScheduler,
        DeliveryClaimer,
        DeliveryPacer,
        DeliverySender,
        DeliveryRecorder,
        DeliveryWorker,
        DispatchRunner,
        DeliveriesService,
        DirectCalls,
        ErasureFollower,
        EventExplanations,
        EventPages,
        Previews,
        Replays,
        RecoveriesService,
        RecoveryRunner,
        SubscriptionFollower,
        SubscriptionTargets,
        DispatchStatus,
      ],
      exports: [DispatchRunner, DispatchStatus, DeliveryScheduler, DeliveryWorker, EventPages, RecoveryRunner],
    };
  }
}
