import { Body, Controller, Get, HttpStatus, Param, Post, Query, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { type Caller, CurrentCaller, Roles } from '../accounts/caller.js';
import { ApiProblems } from '../common/api-problems.js';
import { parsePublicId, uuidFromPath } from '../common/ids.js';
import { PageQuery, toPage } from '../common/paging.js';
import { Problem } from '../common/problem.js';
import { ErasuresService } from './erasures.service.js';
import { ERASE_EXAMPLES, EraseSubjectDto, ErasureDto, ErasurePageDto } from './subject.dtos.js';

/** What the people whom events are about can ask for. */
@ApiTags('Privacy')
@ApiBearerAuth()
@ApiProblems('unauthorized', 'forbidden')
@Controller('v1')
export class SubjectsController {
  constructor(private readonly erasures: ErasuresService) {}

  @Post('subjects/erase')
  @ApiOperation({
    summary: 'Forget somebody',
    description:
      'Blanks what is kept about them, for good: events that name them, bodies sent and answered, inbound requests, idempotency keys, mentions in the audit log. Cancels what is pending, and blanks what still arrives. For a candidate, `candidate.anonymized` then goes to every subscription that was told something, whatever it asks for, if its dialect has a name for it. Answered 200 when it is done, and 202 when it goes on in the background, which no restart ends. Safe to repeat.',
    operationId: 'eraseSubject',
  })
  @ApiBody({ type: EraseSubjectDto, examples: ERASE_EXAMPLES })
  @ApiOkResponse({ type: ErasureDto, description: 'It is done.' })
  @ApiAcceptedResponse({ type: ErasureDto, description: 'It goes on.' })
  @ApiProblems('invalid_json', 'validation_failed')
  async erase(
    @CurrentCaller() caller: Caller,
    @Body() { entity, id, source_id }: EraseSubjectDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ErasureDto> {
    const scope = source_id === undefined ? {} : { sourceId: sourceUuid(source_id) };
    const erasure = await this.erasures.erase(caller, { entity, id, ...scope });
    void reply.status(erasure.status === 'done' ? HttpStatus.OK : HttpStatus.ACCEPTED);
    return ErasureDto.of(erasure);
  }

  @Get('erasures')
  @Roles('admin', 'viewer')
  @ApiOperation({ summary: 'List erasures', description: 'Newest first.', operationId: 'listErasures' })
  @ApiOkResponse({ type: ErasurePageDto })
  @ApiProblems('invalid_query')
  async list(@CurrentCaller() caller: Caller, @Query() query: PageQuery): Promise<ErasurePageDto> {
    return toPage(await this.erasures.list(caller, query), query, 'erasure', (row) => ErasureDto.of(row));
  }

  @Get('erasures/:id')
  @Roles('admin', 'viewer')
  @ApiOperation({ summary: 'How far an erasure is, and what it came to', operationId: 'getErasure' })
  @ApiOkResponse({ type: ErasureDto })
  @ApiProblems('not_found')
  async get(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<ErasureDto> {
    return ErasureDto.of(await this.erasures.get(caller, uuidFromPath('erasure', id)));
  }
}

function sourceUuid(text: string): string {
  const uuid = parsePublicId('source', text);
  if (!uuid) throw Problem.invalidField('source_id', 'must be the id of a source (src_…)');
  return uuid;
}
