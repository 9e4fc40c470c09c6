import { Controller, Get, Param } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Roles } from '../accounts/caller.js';
import { ApiProblems } from '../common/api-problems.js';
import type { JsonValue } from '../common/json.js';
import { DialectCatalog } from './dialect-catalog.service.js';
import { DialectDto, DialectListDto, ReceiverCodeListDto } from './dialect.dtos.js';
import { dialectOfPath, exampleOfPath } from './dialect-examples.js';

/** Shows the dialects: their events, signature, policy and example payloads. */
@ApiTags('Vocabulary')
@ApiBearerAuth()
@ApiProblems('unauthorized', 'forbidden')
@Roles('admin', 'producer', 'viewer', 'partner')
@Controller('v1/dialects')
export class DialectsController {
  constructor(private readonly dialects: DialectCatalog) {}

  @Get()
  @ApiOperation({ summary: 'List the dialects', operationId: 'listDialects' })
  @ApiOkResponse({ type: DialectListDto })
  list(): DialectListDto {
    return { data: this.dialects.all().map((dialect) => DialectDto.of(dialect)), next_cursor: null };
  }

  @Get(':name')
  @ApiOperation({ summary: 'One dialect', operationId: 'getDialect' })
  @ApiParam({ name: 'name', type: 'string', example: 'standard' })
  @ApiOkResponse({ type: DialectDto })
  @ApiProblems('not_found')
  get(@Param('name') name: string): DialectDto {
    return DialectDto.of(dialectOfPath(this.dialects, name));
  }

  @Get(':name/receivers')
  @ApiOperation({
    summary: 'Programs that receive and verify',
    description: 'Whole receivers to start from, in Node and Python: they verify the signature that this dialect has.',
    operationId: 'listDialectReceivers',
  })
  @ApiParam({ name: 'name', type: 'string', example: 'standard' })
  @ApiOkResponse({ type: ReceiverCodeListDto })
  @ApiProblems('not_found')
  receivers(@Param('name') name: string): ReceiverCodeListDto {
    return ReceiverCodeListDto.of(dialectOfPath(this.dialects, name));
  }

  @Get(':name/examples/:event')
  @ApiOperation({
    summary: 'The body of a delivery, as an example',
    description: 'Answers the payload itself, exactly as a subscription of this dialect would get it.',
    operationId: 'getDialectExample',
  })
  @ApiParam({ name: 'name', type: 'string', example: 'standard' })
  @ApiParam({ name: 'event', type: 'string', example: 'application.submitted' })
  @ApiOkResponse({ description: 'An object; in some dialects an array.', schema: {} })
  @ApiProblems('not_found')
  example(@Param('name') name: string, @Param('event') eventName: string): JsonValue {
    const dialect = dialectOfPath(this.dialects, name);
    const event = exampleOfPath(dialect, eventName);
    return JSON.parse(dialect.encode(event, { eventName, includeFiles: true }).body) as JsonValue;
  }
}
