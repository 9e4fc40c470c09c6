import { Module } from '@nestjs/common';
import { JobAffinityRestController, JobAffinityRootController } from './rest-api.controller.js';

/** The endpoints that receivers of JobAffinity's webhooks already call. */
@Module({ controllers: [JobAffinityRestController, JobAffinityRootController] })
class JobAffinityModule {}

export { dialect } from './jobaffinity.dialect.js';
export { JobAffinityModule as endpoints };
