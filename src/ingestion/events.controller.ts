import { Body, Controller, Headers, HttpCode, Post, Req, Res } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBearerAuth,
  ApiBody,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { type Caller, changedBy, CurrentCaller, Roles } from '../accounts/caller.js';
import { ApiProblems } from '../common/api-problems.js';
import { hasLongNumber, hasNumber } from '../common/json-depth.js';
import { Problem } from '../common/problem.js';
import { BATCH_ROUTE, type RequestWithText } from '../common/request-body.js';
import type { AcceptedDraft, EventDraft } from './event-draft.js';
import { readBatch, readEvent } from './event-input.js';
import { AcceptanceDto, AcceptanceListDto, EventBatchDto, EventInputDto } from './event.dtos.js';
import { BATCH_EXAMPLES, EVENT_EXAMPLES } from './event.examples.js';
import { IngestionService } from './ingestion.service.js';

const ROUNDED = 'a number in data has more digits than JavaScript numbers hold: it is delivered rounded';

/** The native way in: events from anything that can send JSON. */
@ApiTags('Events')
@ApiBearerAuth()
@ApiProblems('unauthorized', 'forbidden', 'invalid_json')
@Controller('v1/events')
export class EventsController {
  constructor(private readonly ingestion: IngestionService) {}

  @Post()
  @HttpCode(202)
  @Roles('admin', 'producer')
  @ApiOperation({
    summary: 'Send an event',
    description: 'Answered once the event, its deliveries and its audit entry are committed.',
    operationId: 'createEvent',
  })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'Makes it safe to repeat for 7 days, where the body has no `id`.',
  })
  @ApiBody({ type: EventInputDto, examples: EVENT_EXAMPLES })
  @ApiAcceptedResponse({ type: AcceptanceDto, description: 'Accepted.' })
  @ApiOkResponse({ type: AcceptanceDto, description: 'Accepted before: the first answer.' })
  @ApiProblems('validation_failed', 'idempotency_conflict')
  async create(
    @CurrentCaller() caller: Caller,
    @Body() body: unknown,
    @Req() request: RequestWithText,
    @Headers('idempotency-key') key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AcceptanceDto> {
    const draft = readEvent(body, { prefix: '', idempotencyKey: checkedKey(key) });
    if (Array.isArray(draft)) throw Problem.invalid(draft);
    const [accepted] = await this.accept(caller, [draft], request);
    if (!accepted) throw new Error('One event in, one answer out.');
    if (accepted.repeated) reply.status(200);
    return accepted.acceptance;
  }

  @Post('batch')
  @HttpCode(202)
  @Roles('admin', 'producer')
  @RouteConfig(BATCH_ROUTE)
  @ApiOperation({
    summary: 'Send up to 1,000 events',
    description: 'All or none are accepted.',
    operationId: 'createEventBatch',
  })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'Makes it safe to repeat for 7 days; an event with an `id` goes by that.',
  })
  @ApiBody({ type: EventBatchDto, examples: BATCH_EXAMPLES })
  @ApiAcceptedResponse({ type: AcceptanceListDto })
  @ApiProblems('validation_failed', 'idempotency_conflict')
  async createBatch(
    @CurrentCaller() caller: Caller,
    @Body() body: unknown,
    @Req() request: RequestWithText,
    @Headers('idempotency-key') key: string | undefined,
  ): Promise<AcceptanceListDto> {
    const accepted = await this.accept(caller, readBatch(body, checkedKey(key)), request);
    return { data: accepted.map(({ acceptance }) => acceptance) };
  }

  private accept(caller: Caller, drafts: EventDraft[], request: RequestWithText): Promise<AcceptedDraft[]> {
    return this.ingestion.accept({
      accountId: caller.accountId,
      by: changedBy(caller),
      sourceId: null,
      drafts: request.hasRoundedNumber ? withRoundingWarnings(drafts) : drafts,
    });
  }
}

/** Warns of the number that the parser found rounded: a long one, else, as in `1.00000000000000000001`, any. */
function withRoundingWarnings(drafts: readonly EventDraft[]): EventDraft[] {
  const holdsSuspect = drafts.some(({ data }) => hasLongNumber(data)) ? hasLongNumber : hasNumber;
  return drafts.map((draft) =>
    holdsSuspect(draft.data) ? { ...draft, warnings: [...draft.warnings, ROUNDED] } : draft,
  );
}

function checkedKey(key: string | undefined): string | null {
  if (key === undefined) return null;
  if (/^[\x20-\x7e]{1,255}$/.test(key)) return key;
  throw Problem.invalidField('Idempotency-Key', 'must be 1 to 255 printable ASCII characters');
}
