import { Module } from '@nestjs/common';
import { AutotechjobsWebhooksController } from './webhooks.controller.js';

/** The endpoints that AutoTechJobs' clients already call. */
@Module({ controllers: [AutotechjobsWebhooksController] })
export class AutotechjobsModule {}
