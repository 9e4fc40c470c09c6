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
import { type FieldProblem, Problem } from '../../common/problem.js';
import { SubscriptionsService, subscriptionUuid } from '../../subscriptions/subscriptions.service.js';
import { RESTHOOKS } from './events.js';
import {
  CHANGE_EXAMPLES,
  ResthooksReplaceDto,
  ResthooksSubscribeDto,
  ResthooksSubscriptionDto,
  ResthooksUpdateDto,
  SUBSCRIBE_EXAMPLES,
  toSubscriptionChanges,
  toSubscriptionInput,
} from './subscription.dtos.js';

const OWN = { dialect: RESTHOOKS };
/** Clients of REST hooks expect a bare array with everything in it. */
const MAX_LISTED = 10_000;

/** Subscribing and unsubscribing as resthooks.org describes it, for clients that know nothing of the hub. */
@ApiTags('REST Hooks')
@ApiBearerAuth()
@ApiProblems('unauthorized', 'forbidden')
@Controller('resthooks/subscriptions')
export class ResthooksSubscriptionsController {
  constructor(private readonly subscriptions: SubscriptionsService) {}

  @Post()
  @Roles('admin', 'partner')
  @ApiOperation({
    summary: 'Subscribe a target to one event',
    description:
      'The target is then sent `[]` with `X-Hook-Secret`; a 2xx answer that echoes it within 10 seconds confirms the subscription, silence changes nothing.',
    operationId: 'resthooksSubscribe',
  })
  @ApiBody({ type: ResthooksSubscribeDto, examples: SUBSCRIBE_EXAMPLES })
  @ApiCreatedResponse({ type: ResthooksSubscriptionDto })
  @ApiProblems('invalid_json', 'validation_failed')
  async subscribe(
    @CurrentCaller() caller: Caller,
    @Body() body: ResthooksSubscribeDto,
  ): Promise<ResthooksSubscriptionDto> {
    const { subscription, secret } = await inVendorWords(
      this.subscriptions.create(caller, RESTHOOKS, toSubscriptionInput(body)),
    );
    return ResthooksSubscriptionDto.of(subscription, secret);
  }

  @Get()
  @Roles('admin', 'viewer', 'partner')
  @ApiOperation({ summary: 'List the subscriptions', operationId: 'resthooksListSubscriptions' })
  @ApiOkResponse({ type: [ResthooksSubscriptionDto] })
  async list(@CurrentCaller() caller: Caller): Promise<ResthooksSubscriptionDto[]> {
    const rows = await this.subscriptions.list(caller, { limit: MAX_LISTED }, OWN);
    return rows.slice(0, MAX_LISTED).map((row) => ResthooksSubscriptionDto.of(row));
  }

  @Get(':id')
  @Roles('admin', 'viewer', 'partner')
  @ApiOperation({ summary: 'One subscription', operationId: 'resthooksGetSubscription' })
  @ApiOkResponse({ type: ResthooksSubscriptionDto })
  @ApiProblems('not_found')
  async get(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<ResthooksSubscriptionDto> {
    return ResthooksSubscriptionDto.of(await this.subscriptions.get(caller, subscriptionUuid(id), OWN));
  }

  @Put(':id')
  @Roles('admin', 'partner')
  @ApiOperation({ summary: 'Replace a subscription', operationId: 'resthooksReplaceSubscription' })
  @ApiBody({ type: ResthooksReplaceDto, examples: SUBSCRIBE_EXAMPLES })
  @ApiOkResponse({ type: ResthooksSubscriptionDto })
  @ApiProblems('invalid_json', 'validation_failed', 'not_found')
  async replace(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Body() body: ResthooksReplaceDto,
  ): Promise<ResthooksSubscriptionDto> {
    return this.change(caller, id, body);
  }

  @Patch(':id')
  @Roles('admin', 'partner')
  @ApiOperation({
    summary: 'Change a subscription',
    description: 'Absent fields stay as they are.',
    operationId: 'resthooksUpdateSubscription',
  })
  @ApiBody({ type: ResthooksUpdateDto, examples: CHANGE_EXAMPLES })
  @ApiOkResponse({ type: ResthooksSubscriptionDto })
  @ApiProblems('invalid_json', 'validation_failed', 'not_found')
  async update(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Body() body: ResthooksUpdateDto,
  ): Promise<ResthooksSubscriptionDto> {
    return this.change(caller, id, body);
  }

  @Delete(':id')
  @Roles('admin', 'partner')
  @HttpCode(204)
  @ApiOperation({ summary: 'Unsubscribe', operationId: 'resthooksUnsubscribe' })
  @ApiNoContentResponse()
  @ApiProblems('not_found')
  async unsubscribe(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<void> {
    await this.subscriptions.delete(caller, subscriptionUuid(id), OWN);
  }

  private async change(caller: Caller, id: string, body: ResthooksUpdateDto): Promise<ResthooksSubscriptionDto> {
    const changes = toSubscriptionChanges(body);
    const changed = await inVendorWords(this.subscriptions.update(caller, subscriptionUuid(id), changes, OWN));
    return ResthooksSubscriptionDto.of(changed);
  }
}

/** The hub checks `url` and `events`; these clients wrote `target_url` and `event`. */
async function inVendorWords<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    if (!(error instanceof Problem) || error.code !== 'validation_failed' || !error.errors) throw error;
    throw Problem.invalid(error.errors.map(renameField));
  });
}

function renameField({ field, message }: FieldProblem): FieldProblem {
  if (field === 'url') return { field: 'target_url', message };
  return { field: field.replace(/^events(\[\d+\])?$/, 'event'), message };
}
