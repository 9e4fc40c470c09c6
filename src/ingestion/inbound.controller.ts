import { Controller, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../accounts/caller.js';
import { ApiProblems } from '../common/api-problems.js';
import { RAW_ROUTE, rawBodyOf } from '../common/raw-body.js';
import { InboundService } from './inbound.service.js';

/** Some vendors want a word, others JSON. */
const ANY_ANSWER = { 'application/json': { schema: {} }, 'text/plain': { schema: { type: 'string' as const } } };

/** Where vendors send their own webhooks. The address is the key; what the vendor signs with is checked on the raw body. */
@ApiTags('Inbound')
@Public()
@ApiProblems('bad_request', 'unauthorized', 'forbidden', 'not_found', 'body_too_large', 'unavailable')
@Controller('in')
export class InboundController {
  constructor(private readonly inbound: InboundService) {}

  @Post(':token')
  @HttpCode(200)
  @RouteConfig(RAW_ROUTE)
  @ApiOperation({
    summary: "A vendor's webhook",
    description: 'The `ingest_url` of a source. Takes any content type; answered once the call is committed.',
    operationId: 'receiveWebhook',
  })
  @ApiOkResponse({
    description: 'Kept; what the vendor expects to be answered.',
    content: ANY_ANSWER,
  })
  async receive(
    @Param('token') token: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    return this.answer(token, null, request, reply);
  }

  @Post(':token/:event')
  @HttpCode(200)
  @RouteConfig(RAW_ROUTE)
  @ApiOperation({
    summary: "A vendor's webhook, where its body does not name the event",
    description: 'One of the `ingest_urls` of a source. A body that is an array has 1,000 items at most.',
    operationId: 'receiveWebhookOfEvent',
  })
  @ApiOkResponse({
    description: 'Kept; what the vendor expects to be answered.',
    content: ANY_ANSWER,
  })
  async receiveEvent(
    @Param('token') token: string,
    @Param('event') event: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    return this.answer(token, event, request, reply);
  }

  private async answer(
    token: string,
    segment: string | null,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<string> {
    const { bytes: body, size: bodyBytes } = rawBodyOf(request);
    const { headers } = request.raw;
    const answer = await this.inbound.receive({ token, segment, headers, body, bodyBytes, address: request.ip });
    void reply.status(answer.status).headers({ ...answer.headers, 'content-type': answer.contentType });
    return answer.body;
  }
}
