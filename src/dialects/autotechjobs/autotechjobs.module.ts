import { Module } from '@nestjs/common';
import { AutotechjobsWebhooksController } from './webhooks.controller.js';

/** The endpoints that AutoTechJobs' clients already call. */
@Module({ controllers: [AutotechjobsWebhooksController] })
class AutotechjobsModule {}

export { dialect } from './autotechjobs.dialect.js';
export { AutotechjobsModule as endpoints };
