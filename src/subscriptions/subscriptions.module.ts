import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SubscriptionChanges } from './subscription-changes.service.js';
import { SubscriptionHealth } from './subscription-health.service.js';
import { SubscriptionChecks } from './subscription-input.js';
import { SubscriptionMatcher } from './subscription-matcher.service.js';
import { Subscription } from './subscription.entity.js';
import { SubscriptionsController } from './subscriptions.controller.js';
import { SubscriptionsService } from './subscriptions.service.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Subscription])],
  controllers: [SubscriptionsController],
  providers: [SubscriptionsService, SubscriptionChecks, SubscriptionChanges, SubscriptionMatcher, SubscriptionHealth],
  exports: [SubscriptionsService, SubscriptionMatcher],
})
export class SubscriptionsModule {}
