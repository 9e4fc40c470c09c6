import { Module } from '@nestjs/common';
import { ResthooksExamplesController } from './examples.controller.js';
import { ResthooksSubscriptionsController } from './subscriptions.controller.js';

/** The endpoints that clients of REST hooks already call. */
@Module({ controllers: [ResthooksSubscriptionsController, ResthooksExamplesController] })
class ResthooksModule {}

export { dialect } from './resthooks.dialect.js';
export { ResthooksModule as endpoints };
