import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Put } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { type Caller, CurrentCaller, Roles } from '../../accounts/caller.js';
import { ApiProblems } from '../../common/api-problems.js';
import { Problem } from '../../common/problem.js';
import type { SubscriptionInput } from '../../subscriptions/subscription-input.js';
import { SubscriptionsService, subscriptionUuid } from '../../subscriptions/subscriptions.service.js';
import { AUTOTECHJOBS } from './envelope.js';
import {
  AutotechjobsCreateWebhookDto,
  AutotechjobsReplaceWebhookDto,
  AutotechjobsUpdateWebhookDto,
  AutotechjobsWebhookAnswerDto,
  AutotechjobsWebhookDto,
  AutotechjobsWebhookListDto,
  toWebhookChanges,
  toWebhookInput,
  toWebhookReplacement,
  WEBHOOK_CHANGE_EXAMPLES,
  WEBHOOK_EXAMPLES,
} from './webhook.dtos.js';

const OWN = { dialect: AUTOTECHJOBS };
/** The vendor's list has no pages: its clients expect everything at once. */
const MAX_LISTED = 10_000;

/** AutoTechJobs' own webhook API: its clients manage their subscriptions here with another base address alone. */
@ApiTags('AutoTechJobs')
@ApiBearerAuth()
@ApiProblems('unauthorized', 'forbidden')
@Controller('autotechjobs/v1/webhooks')
export class AutotechjobsWebhooksController {
  constructor(private readonly subscriptions: SubscriptionsService) {}

  @Post()
  @Roles('admin', 'partner')
  @ApiOperation({
    summary: 'Register a webhook',
    description: 'The answer is the only one that shows the secret.',
    operationId: 'autotechjobsCreateWebhook',
  })
  @ApiBody({ type: AutotechjobsCreateWebhookDto, examples: WEBHOOK_EXAMPLES })
  @ApiCreatedResponse({ type: AutotechjobsWebhookAnswerDto })
  @ApiProblems('invalid_json', 'validation_failed')
  async create(
    @CurrentCaller() caller: Caller,
    @Body() body: AutotechjobsCreateWebhookDto,
  ): Promise<AutotechjobsWebhookAnswerDto> {
    const { subscription, secret } = await this.subscriptions.create(caller, AUTOTECHJOBS, toWebhookInput(body));
    return { data: AutotechjobsWebhookDto.of(subscription, secret) };
  }

  @Get()
  @Roles('admin', 'viewer', 'partner')
  @ApiOperation({ summary: 'List the webhooks', operationId: 'autotechjobsListWebhooks' })
  @ApiOkResponse({ type: AutotechjobsWebhookListDto })
  async list(@CurrentCaller() caller: Caller): Promise<AutotechjobsWebhookListDto> {
    const rows = await this.subscriptions.list(caller, { limit: MAX_LISTED }, OWN);
    return { data: rows.slice(0, MAX_LISTED).map((row) => AutotechjobsWebhookDto.of(row)) };
  }

  @Get(':id')
  @Roles('admin', 'viewer', 'partner')
  @ApiOperation({ summary: 'One webhook', operationId: 'autotechjobsGetWebhook' })
  @ApiOkResponse({ type: AutotechjobsWebhookAnswerDto })
  @ApiProblems('not_found')
  async get(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<AutotechjobsWebhookAnswerDto> {
    return { data: AutotechjobsWebhookDto.of(await this.subscriptions.get(caller, subscriptionUuid(id), OWN)) };
  }

  @Put(':id')
  @Roles('admin', 'partner')
  @ApiOperation({
    summary: 'Replace a webhook',
    description: 'An absent `description` is cleared. A new `secret` signs beside the old one for 24 hours.',
    operationId: 'autotechjobsReplaceWebhook',
  })
  @ApiBody({ type: AutotechjobsReplaceWebhookDto, examples: WEBHOOK_EXAMPLES })
  @ApiOkResponse({ type: AutotechjobsWebhookAnswerDto })
  @ApiProblems('invalid_json', 'validation_failed', 'not_found', 'conflict')
  async replace(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Body() body: AutotechjobsReplaceWebhookDto,
  ): Promise<AutotechjobsWebhookAnswerDto> {
    return this.change(caller, id, toWebhookReplacement(body), body.status);
  }

  @Patch(':id')
  @Roles('admin', 'partner')
  @ApiOperation({
    summary: 'Change a webhook',
    description: 'Absent fields stay as they are. A new `secret` signs beside the old one for 24 hours.',
    operationId: 'autotechjobsUpdateWebhook',
  })
  @ApiBody({ type: AutotechjobsUpdateWebhookDto, examples: WEBHOOK_CHANGE_EXAMPLES })
  @ApiOkResponse({ type: AutotechjobsWebhookAnswerDto })
  @ApiProblems('invalid_json', 'validation_failed', 'not_found', 'conflict')
  async update(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Body() body: AutotechjobsUpdateWebhookDto,
  ): Promise<AutotechjobsWebhookAnswerDto> {
    return this.change(caller, id, toWebhookChanges(body), body.status);
  }

  @Delete(':id')
  @Roles('admin', 'partner')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a webhook', operationId: 'autotechjobsDeleteWebhook' })
  @ApiNoContentResponse()
  @ApiProblems('not_found')
  async delete(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<void> {
    await this.subscriptions.delete(caller, subscriptionUuid(id), OWN);
  }

  private async change(
    caller: Caller,
    id: string,
    input: Partial<SubscriptionInput>,
    status: string | null | undefined,
  ): Promise<AutotechjobsWebhookAnswerDto> {
    const uuid = subscriptionUuid(id);
    const switchTo = status === 'active' || status === 'disabled' ? status : undefined;
    if (status != null && !switchTo) {
      const current = await this.subscriptions.get(caller, uuid, OWN);
      if (status !== current.status) throw Problem.invalidField('status', 'must be active or disabled');
    }
    return { data: AutotechjobsWebhookDto.of(await this.subscriptions.update(caller, uuid, input, OWN, switchTo)) };
  }
}
