import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller, Roles } from '../accounts/caller.js';
import { AttemptDto } from '../audit/attempt.dtos.js';
import { ApiProblems } from '../common/api-problems.js';
import { uuidFromPath } from '../common/ids.js';
import { showPage } from '../common/paging.js';
import { subscriptionUuid } from '../subscriptions/subscriptions.service.js';
import { DeliveriesService } from './deliveries.service.js';
import { DeliveriesQuery, DeliveryDto, DeliveryPageDto } from './delivery.dtos.js';
import { DirectCalls } from './direct-calls.service.js';
import { EventExplanations } from './event-explanations.service.js';
import {
  EventDto,
  EventExplanationDto,
  EventPageDto,
  EventsQuery,
  EventSummaryDto,
  explainedSubscription,
  ExplanationQuery,
} from './event-page.dtos.js';
import { EventPages } from './event-pages.service.js';

@ApiTags('Deliveries')
@ApiBearerAuth()
@ApiProblems('unauthorized', 'forbidden')
@Controller('v1/deliveries')
export class DeliveriesController {
  constructor(private readonly deliveries: DeliveriesService) {}

  @Get()
  @Roles('admin', 'viewer', 'partner')
  @ApiOperation({ summary: 'List deliveries', description: 'Newest first.', operationId: 'listDeliveries' })
  @ApiOkResponse({ type: DeliveryPageDto })
  @ApiProblems('invalid_query')
  async list(@CurrentCaller() caller: Caller, @Query() query: DeliveriesQuery): Promise<DeliveryPageDto> {
    return showPage(await this.deliveries.list(caller, query), 'delivery', (row) => DeliveryDto.of(row));
  }

  @Get(':id')
  @Roles('admin', 'viewer', 'partner')
  @ApiOperation({ summary: 'One delivery', operationId: 'getDelivery' })
  @ApiOkResponse({ type: DeliveryDto })
  @ApiProblems('not_found')
  async get(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<DeliveryDto> {
    return DeliveryDto.of(await this.deliveries.get(caller, uuidFromPath('delivery', id)));
  }

  @Post(':id/retry')
  @HttpCode(200)
  @Roles('admin', 'partner')
  @ApiOperation({
    summary: 'Try a delivery again now',
    description: "Whatever its status, with the same `webhook-id` and all of the dialect's attempts before it.",
    operationId: 'retryDelivery',
  })
  @ApiOkResponse({ type: DeliveryDto })
  @ApiProblems('not_found', 'conflict')
  async retry(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<DeliveryDto> {
    return DeliveryDto.of(await this.deliveries.retry(caller, uuidFromPath('delivery', id)));
  }
}

@ApiTags('Events')
@ApiBearerAuth()
@ApiProblems('unauthorized', 'forbidden')
@Controller('v1/events')
export class EventPagesController {
  constructor(
    private readonly events: EventPages,
    private readonly deliveries: DeliveriesService,
    private readonly explanations: EventExplanations,
  ) {}

  @Get()
  @Roles('admin', 'viewer', 'partner')
  @ApiOperation({ summary: 'List events', description: 'Newest first.', operationId: 'listEvents' })
  @ApiOkResponse({ type: EventPageDto })
  @ApiProblems('invalid_query')
  async list(@CurrentCaller() caller: Caller, @Query() query: EventsQuery): Promise<EventPageDto> {
    return showPage(await this.events.list(caller, query), 'event', (row) => EventSummaryDto.of(row));
  }

  @Get(':id')
  @Roles('admin', 'viewer', 'partner')
  @ApiOperation({
    summary: 'One event',
    description: 'With its deliveries, and why others were skipped.',
    operationId: 'getEvent',
  })
  @ApiOkResponse({ type: EventDto })
  @ApiProblems('not_found')
  async get(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<EventDto> {
    const uuid = uuidFromPath('event', id);
    const event = await this.events.get(caller, uuid);
    const deliveries = await this.deliveries.ofEvent(caller, uuid);
    return EventDto.ofWithDeliveries(
      event,
      deliveries.map((delivery) => DeliveryDto.of(delivery)),
    );
  }

  @Get(':id/explanation')
  @Roles('admin', 'viewer', 'partner')
  @ApiOperation({
    summary: 'Why a subscription got the event, or did not',
    description: 'Of any subscription, deleted ones among them: what it was owed of the event, or why nothing.',
    operationId: 'explainEvent',
  })
  @ApiOkResponse({ type: EventExplanationDto })
  @ApiProblems('invalid_query', 'not_found')
  async explain(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Query() query: ExplanationQuery,
  ): Promise<EventExplanationDto> {
    const uuid = uuidFromPath('event', id);
    return EventExplanationDto.of(await this.explanations.explain(caller, uuid, explainedSubscription(query)));
  }
}

@ApiTags('Subscriptions')
@ApiBearerAuth()
@ApiProblems('unauthorized', 'forbidden')
@Controller('v1/subscriptions')
export class SubscriptionTestController {
  constructor(private readonly calls: DirectCalls) {}

  @Post(':id/test')
  @HttpCode(200)
  @Roles('admin', 'partner')
  @ApiOperation({
    summary: 'Send a test event now',
    description: 'Answers with the attempt, whatever the receiver said. Counts towards nothing.',
    operationId: 'testSubscription',
  })
  @ApiOkResponse({ type: AttemptDto })
  @ApiProblems('not_found', 'conflict')
  async test(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<AttemptDto> {
    return AttemptDto.of(await this.calls.test(caller, subscriptionUuid(id)));
  }
}
