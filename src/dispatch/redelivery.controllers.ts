import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBearerAuth,
  ApiBody,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { type Caller, CurrentCaller, Roles } from '../accounts/caller.js';
import { ApiProblems } from '../common/api-problems.js';
import { parsePublicId, uuidFromPath } from '../common/ids.js';
import { checkedInstant } from '../common/instant.js';
import { toPage } from '../common/paging.js';
import { Problem } from '../common/problem.js';
import { subscriptionUuid } from '../subscriptions/subscriptions.service.js';
import { DeliveryDto } from './delivery.dtos.js';
import { Previews } from './preview.service.js';
import { RecoveriesService } from './recoveries.service.js';
import {
  PreviewDto,
  PreviewQuery,
  RecoverDto,
  RecoveriesQuery,
  RecoveryDto,
  RecoveryPageDto,
  ReplayDto,
  ReplayedDto,
  RetryManyDto,
} from './redelivery.dtos.js';
import { RECOVER_EXAMPLES, REPLAY_EXAMPLES, RETRY_EXAMPLES } from './redelivery.examples.js';
import { Replays } from './replays.service.js';
import { toRetryRequest } from './retry-request.js';

@ApiTags('Events')
@ApiBearerAuth()
@ApiProblems('unauthorized', 'forbidden', 'not_found')
@Controller('v1/events/:id')
export class EventActionsController {
  constructor(
    private readonly previews: Previews,
    private readonly replays: Replays,
  ) {}

  @Get('preview')
  @Roles('admin', 'viewer', 'partner')
  @ApiOperation({
    summary: 'The event as a dialect would send it',
    description: 'Body and headers, without sending anything.',
    operationId: 'previewEvent',
  })
  @ApiOkResponse({ type: PreviewDto })
  @ApiProblems('invalid_query', 'conflict')
  async preview(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Query() query: PreviewQuery,
  ): Promise<PreviewDto> {
    return PreviewDto.of(await this.previews.preview(caller, uuidFromPath('event', id), query.dialect));
  }

  @Post('replay')
  @HttpCode(202)
  @Roles('admin', 'partner')
  @ApiOperation({
    summary: 'Deliver the event again',
    description:
      "New deliveries, each with a `webhook-id` of its own. A partner's key replays to its own subscriptions.",
    operationId: 'replayEvent',
  })
  @ApiBody({ type: ReplayDto, examples: REPLAY_EXAMPLES })
  @ApiAcceptedResponse({ type: ReplayedDto })
  @ApiProblems('invalid_json', 'validation_failed', 'conflict')
  async replay(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Body() body: ReplayDto,
  ): Promise<ReplayedDto> {
    const deliveries = await this.replays.replay(caller, uuidFromPath('event', id), subscriptionIdsOf(body));
    return { data: deliveries.map((delivery) => DeliveryDto.of(delivery)) };
  }
}

@ApiTags('Vocabulary')
@ApiBearerAuth()
@ApiProblems('unauthorized', 'forbidden', 'not_found')
@Controller('v1/dialects')
export class DialectPreviewController {
  constructor(private readonly previews: Previews) {}

  @Get(':name/examples/:event/preview')
  @Roles('admin', 'producer', 'viewer', 'partner')
  @ApiOperation({
    summary: 'The example as it would be sent',
    description: 'Body and headers of a delivery of this event, before there is any.',
    operationId: 'previewDialectExample',
  })
  @ApiParam({ name: 'name', type: 'string', example: 'standard' })
  @ApiParam({ name: 'event', type: 'string', example: 'application.submitted' })
  @ApiOkResponse({ type: PreviewDto })
  preview(@Param('name') name: string, @Param('event') eventName: string): PreviewDto {
    return PreviewDto.of(this.previews.previewExample(name, eventName));
  }
}

function subscriptionIdsOf(body: ReplayDto): string[] | null {
  if (body.subscription_ids === undefined) return null;
  return body.subscription_ids.map((text, index) => {
    const uuid = parsePublicId('subscription', text);
    if (!uuid) throw Problem.invalidField(`subscription_ids[${index}]`, 'must be the id of a subscription (wh_…)');
    return uuid;
  });
}

@ApiTags('Deliveries')
@ApiBearerAuth()
@ApiProblems('unauthorized', 'forbidden')
@Controller('v1/deliveries')
export class BulkRetryController {
  constructor(private readonly recoveries: RecoveriesService) {}

  @Post('retry')
  @HttpCode(202)
  @Roles('admin', 'partner')
  @ApiOperation({
    summary: 'Try many deliveries again',
    description:
      "Those that are named, or all of a filter: in the background, at most 200 a second, each with the `webhook-id` it had and all of the dialect's attempts before it. `GET /v1/recoveries/{id}` tells how far it is, `DELETE` calls it off. Deliveries of subscriptions that are not active are left out, and so is what the dialect cannot say.",
    operationId: 'retryDeliveries',
  })
  @ApiBody({ type: RetryManyDto, examples: RETRY_EXAMPLES })
  @ApiAcceptedResponse({ type: RecoveryDto })
  @ApiProblems('invalid_json', 'validation_failed', 'conflict')
  async retry(@CurrentCaller() caller: Caller, @Body() body: RetryManyDto): Promise<RecoveryDto> {
    return RecoveryDto.of(await this.recoveries.retry(caller, toRetryRequest(body)));
  }
}

@ApiTags('Subscriptions')
@ApiBearerAuth()
@ApiProblems('unauthorized', 'forbidden', 'not_found')
@Controller('v1')
export class RecoveriesController {
  constructor(private readonly recoveries: RecoveriesService) {}

  @Post('subscriptions/:id/recover')
  @HttpCode(202)
  @Roles('admin', 'partner')
  @ApiOperation({
    summary: 'Send what was missed',
    description:
      'Everything that failed, was cancelled or was skipped in that time is sent again in the background, at most 200 deliveries a second, with the `webhook-id` it had; but for what the dialect cannot say and what the filter kept back. Safe to run twice.',
    operationId: 'recoverSubscription',
  })
  @ApiBody({ type: RecoverDto, examples: RECOVER_EXAMPLES })
  @ApiAcceptedResponse({ type: RecoveryDto })
  @ApiProblems('invalid_json', 'validation_failed', 'conflict')
  async recover(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Body() body: RecoverDto,
  ): Promise<RecoveryDto> {
    const recovery = await this.recoveries.start(caller, subscriptionUuid(id), {
      since: checkedInstant(body.since),
      until: body.until === undefined ? null : checkedInstant(body.until),
      dryRun: body.dry_run ?? false,
    });
    return RecoveryDto.of(recovery);
  }

  @Get('recoveries')
  @Roles('admin', 'viewer', 'partner')
  @ApiOperation({
    summary: 'List recoveries',
    description: 'Newest first; retries of many among them, those that only counted not.',
    operationId: 'listRecoveries',
  })
  @ApiOkResponse({ type: RecoveryPageDto })
  @ApiProblems('invalid_query')
  async list(@CurrentCaller() caller: Caller, @Query() query: RecoveriesQuery): Promise<RecoveryPageDto> {
    return toPage(await this.recoveries.list(caller, query), query, 'recovery', (row) => RecoveryDto.of(row));
  }

  @Get('recoveries/:id')
  @Roles('admin', 'viewer', 'partner')
  @ApiOperation({ summary: 'How far a recovery is', operationId: 'getRecovery' })
  @ApiOkResponse({ type: RecoveryDto })
  async get(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<RecoveryDto> {
    return RecoveryDto.of(await this.recoveries.get(caller, uuidFromPath('recovery', id)));
  }

  @Delete('recoveries/:id')
  @HttpCode(204)
  @Roles('admin', 'partner')
  @ApiOperation({
    summary: 'Call a recovery off',
    description: 'What was made due already stays so.',
    operationId: 'cancelRecovery',
  })
  @ApiNoContentResponse()
  async cancel(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<void> {
    await this.recoveries.cancel(caller, uuidFromPath('recovery', id));
  }
}
