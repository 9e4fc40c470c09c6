import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { type Caller, CurrentCaller, Roles } from '../accounts/caller.js';
import { ApiProblems } from '../common/api-problems.js';
import { toPage } from '../common/paging.js';
import { RotateSecretDto } from './rotate-secret.dto.js';
import {
  CreatedSubscriptionDto,
  CreateSubscriptionDto,
  SubscriptionDto,
  SubscriptionPageDto,
  toSubscriptionDto,
  UpdateSubscriptionDto,
} from './subscription.dtos.js';
import { toSubscriptionChanges, toSubscriptionInput } from './subscription-requests.js';
import { ROTATION_EXAMPLES, SUBSCRIPTION_CHANGE_EXAMPLES, SUBSCRIPTION_EXAMPLES } from './subscription.examples.js';
import type { Subscription } from './subscription.entity.js';
import { listFilterOf, SubscriptionsQuery } from './subscriptions-query.js';
import { SubscriptionsService, subscriptionUuid } from './subscriptions.service.js';

@ApiTags('Subscriptions')
@ApiBearerAuth()
@ApiProblems('unauthorized', 'forbidden')
@Controller('v1/subscriptions')
export class SubscriptionsController {
  constructor(private readonly subscriptions: SubscriptionsService) {}

  @Post()
  @Roles('admin', 'partner')
  @ApiOperation({
    summary: 'Subscribe',
    description:
      "The answer is the only one that shows the secret. A partner's key makes subscriptions of that partner.",
    operationId: 'createSubscription',
  })
  @ApiBody({ type: CreateSubscriptionDto, examples: SUBSCRIPTION_EXAMPLES })
  @ApiCreatedResponse({ type: CreatedSubscriptionDto })
  @ApiProblems('invalid_json', 'validation_failed')
  async create(@CurrentCaller() caller: Caller, @Body() body: CreateSubscriptionDto): Promise<CreatedSubscriptionDto> {
    const input = toSubscriptionInput(body);
    const { subscription, secret } = await this.subscriptions.create(caller, body.dialect ?? 'standard', input);
    return { ...this.show(subscription), secret };
  }

  @Get()
  @Roles('admin', 'viewer', 'partner')
  @ApiOperation({ summary: 'List subscriptions', description: 'Newest first.', operationId: 'listSubscriptions' })
  @ApiOkResponse({ type: SubscriptionPageDto })
  @ApiProblems('invalid_query')
  async list(@CurrentCaller() caller: Caller, @Query() query: SubscriptionsQuery): Promise<SubscriptionPageDto> {
    const rows = await this.subscriptions.list(caller, query, listFilterOf(query));
    return toPage(rows, query, 'subscription', (row) => this.show(row));
  }

  @Get(':id')
  @Roles('admin', 'viewer', 'partner')
  @ApiOperation({ summary: 'One subscription', operationId: 'getSubscription' })
  @ApiOkResponse({ type: SubscriptionDto })
  @ApiProblems('not_found')
  async get(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<SubscriptionDto> {
    return this.show(await this.subscriptions.get(caller, subscriptionUuid(id)));
  }

  @Patch(':id')
  @Roles('admin', 'partner')
  @ApiOperation({
    summary: 'Change a subscription',
    description: 'Absent fields stay as they are. The dialect cannot be changed; the secret is changed by rotating it.',
    operationId: 'updateSubscription',
  })
  @ApiBody({ type: UpdateSubscriptionDto, examples: SUBSCRIPTION_CHANGE_EXAMPLES })
  @ApiOkResponse({ type: SubscriptionDto })
  @ApiProblems('invalid_json', 'validation_failed', 'not_found')
  async update(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Body() body: UpdateSubscriptionDto,
  ): Promise<SubscriptionDto> {
    return this.show(await this.subscriptions.update(caller, subscriptionUuid(id), toSubscriptionChanges(body)));
  }

  @Delete(':id')
  @Roles('admin', 'partner')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Unsubscribe',
    description: 'What is pending is cancelled; the history stays.',
    operationId: 'deleteSubscription',
  })
  @ApiNoContentResponse()
  @ApiProblems('not_found')
  async delete(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<void> {
    await this.subscriptions.delete(caller, subscriptionUuid(id));
  }

  @Post(':id/enable')
  @HttpCode(200)
  @Roles('admin', 'partner')
  @ApiOperation({
    summary: 'Enable',
    description: 'From any other status, with a clean record. What was cancelled or skipped meanwhile stays so.',
    operationId: 'enableSubscription',
  })
  @ApiOkResponse({ type: SubscriptionDto })
  @ApiProblems('not_found', 'conflict')
  async enable(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<SubscriptionDto> {
    return this.show(await this.subscriptions.enable(caller, subscriptionUuid(id)));
  }

  @Post(':id/disable')
  @HttpCode(200)
  @Roles('admin', 'partner')
  @ApiOperation({
    summary: 'Disable',
    description: 'What is pending is cancelled, what comes is skipped, both with the reason.',
    operationId: 'disableSubscription',
  })
  @ApiOkResponse({ type: SubscriptionDto })
  @ApiProblems('not_found', 'conflict')
  async disable(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<SubscriptionDto> {
    return this.show(await this.subscriptions.disable(caller, subscriptionUuid(id)));
  }

  @Post(':id/rotate-secret')
  @HttpCode(200)
  @Roles('admin', 'partner')
  @ApiOperation({
    summary: 'Rotate the secret',
    description:
      'Until the overlap ends, headers that can carry several signatures carry both, the old one first; one that carries a single signature is made with the old secret.',
    operationId: 'rotateSubscriptionSecret',
  })
  @ApiBody({ type: RotateSecretDto, examples: ROTATION_EXAMPLES })
  @ApiOkResponse({ type: CreatedSubscriptionDto })
  @ApiProblems('invalid_json', 'validation_failed', 'not_found', 'conflict')
  async rotate(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Body() body: RotateSecretDto,
  ): Promise<CreatedSubscriptionDto> {
    const overlapHours = body.overlap_hours ?? 24;
    const rotated = await this.subscriptions.rotateSecret(caller, subscriptionUuid(id), overlapHours, body.secret);
    return { ...this.show(rotated.subscription), secret: rotated.secret };
  }

  @Post(':id/rotate-secret/complete')
  @HttpCode(200)
  @Roles('admin', 'partner')
  @ApiOperation({ summary: 'End the overlap of a rotation now', operationId: 'completeSubscriptionSecretRotation' })
  @ApiOkResponse({ type: SubscriptionDto })
  @ApiProblems('not_found')
  async completeRotation(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<SubscriptionDto> {
    return this.show(await this.subscriptions.completeRotation(caller, subscriptionUuid(id)));
  }

  private show(row: Subscription): SubscriptionDto {
    return toSubscriptionDto(row, this.subscriptions.shownCredentials(row));
  }
}
