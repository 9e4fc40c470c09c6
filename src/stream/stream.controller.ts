import { Controller, Get, Headers, Query, Res } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiPropertyOptional,
  ApiTags,
} from '@nestjs/swagger';
import { IsInt, IsOptional, IsString, Max, MaxLength } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { type Caller, CurrentCaller, Roles } from '../accounts/caller.js';
import { ApiProblems } from '../common/api-problems.js';
import { FromDigits } from '../common/dto-fields.js';
import { idFilter } from '../common/history-query.js';
import { Problem } from '../common/problem.js';
import { SubscriptionsService } from '../subscriptions/subscriptions.service.js';
import { OpenStreams } from './open-streams.service.js';
import { rowOfEventId } from './stream-events.js';
import { StreamService } from './stream.service.js';

/** A reader that has taken nothing for so long is gone, or may come back where it was. */
const SLOW_READER_MS = 60_000;

export class StreamQuery {
  @ApiPropertyOptional({ type: 'string', example: 'wh_01m7xr63cee52b9skadqbv3y6n' })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  subscription_id?: string;

  @ApiPropertyOptional({ type: 'string', example: 'evt_01m7xr63cee52b9skadqbv3y6n' })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  event_id?: string;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: 86_400,
    description: 'After so many seconds it ends by itself; 0: once what there is has been sent.',
  })
  @IsOptional()
  @FromDigits()
  @IsInt()
  @Max(86_400)
  max_seconds?: number;
}

const DESCRIPTION = `Server-sent events, about a second after they happen:

- \`attempt\`: a webhook call was made; \`delivery_status\` is what its delivery is now
- \`delivery\`: a delivery was planned (or skipped at once), or tried again by hand
- \`subscription\`: a subscription was created, changed, deleted, or moved to another status; what it was owed is then cancelled without an event each
- \`missed\`: \`{"count"}\` events (\`null\`: unknown) were left out, because the reader or the hub was too far behind: read the lists again

They hold ids, statuses and times, no payloads. A comment comes every 15 s. Send \`Last-Event-ID\` to go on after an event, up to an hour back;
events near it may come again, so keep them by \`id\`. A partner's key sees its own subscriptions. The stream ends when the key is revoked
and when the hub stops. A key may have 5 streams open in one process.`;

const EXAMPLE = `event: attempt
id: att_01m7xr63cee52b9skadqbv3y6n
data: {"id":"att_01m7xr63cee52b9skadqbv3y6n","kind":"delivery","subscription_id":"wh_01m7xr63cee52b9skadqbv3y6n","delivery_id":"dlv_01m7xr63cee52b9skadqbv3y6n","event_id":"evt_01m7xr63cee52b9skadqbv3y6n","event_type":"application.submitted","event_name":"application.submitted","dialect":"standard","number":1,"outcome":"delivered","response_status":200,"error_code":null,"started_at":"2026-01-31T12:00:00.000Z","duration_ms":12,"delivery_status":"delivered"}

`;

/** What happens, as it happens. */
@ApiTags('Stream')
@ApiBearerAuth()
@ApiProblems('unauthorized', 'forbidden')
@Controller('v1/stream')
export class StreamController {
  constructor(
    private readonly streams: StreamService,
    private readonly open: OpenStreams,
    private readonly subscriptions: SubscriptionsService,
  ) {}

  @Get()
  @Roles('admin', 'viewer', 'partner')
  @ApiOperation({ summary: 'What happens, as it happens', description: DESCRIPTION, operationId: 'streamEvents' })
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: 'The `id` of the last event that was read.' })
  @ApiProduces('text/event-stream')
  @ApiOkResponse({ schema: { type: 'string', example: EXAMPLE } })
  @ApiProblems('invalid_query', 'not_found')
  async stream(
    @CurrentCaller() caller: Caller,
    @Query() query: StreamQuery,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { accountId, partnerId } = caller;
    const subscriptionId = idFilter('subscription', 'subscription_id', query.subscription_id);
    const eventId = idFilter('event', 'event_id', query.event_id);
    const after = lastEventId === undefined ? null : rowOfEventId(lastEventId);
    if (lastEventId !== undefined && after === null) throw wrongEventId();
    if (subscriptionId !== null) await this.subscriptions.get(caller, subscriptionId);
    const scope = { accountId, partnerId, subscriptionId, eventId };
    const request = { scope, after, maxSeconds: query.max_seconds ?? null };
    const stream = this.open.start(caller.keyId, (signal) => this.streams.write(caller, request, signal));
    reply.raw.once('close', () => this.open.end(stream));
    reply.raw.setTimeout(SLOW_READER_MS, () => reply.raw.destroy());
    reply.header('content-type', 'text/event-stream; charset=utf-8');
    reply.header('cache-control', 'no-store');
    // Proxies that collect an answer before they pass it on are asked not to.
    reply.header('x-accel-buffering', 'no');
    void reply.send(stream);
  }
}

function wrongEventId(): Problem {
  const message = 'must be the id of an event of this stream';
  return new Problem('invalid_query', `Last-Event-ID ${message}.`, [{ field: 'Last-Event-ID', message }]);
}
