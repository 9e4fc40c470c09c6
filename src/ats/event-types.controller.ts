import { Controller, Get, Param } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Roles } from '../accounts/caller.js';
import { ApiProblems } from '../common/api-problems.js';
import { nearestNamesHint } from '../common/nearest-names.js';
import { Problem } from '../common/problem.js';
import { DialectCatalog } from './dialect-catalog.service.js';
import { EventTypeDto, EventTypeListDto } from './event-type.dtos.js';
import { EVENT_TYPES, eventTypeOf } from './event-types.js';

/** Shows the canonical vocabulary: what producers may send, and what each dialect calls it. */
@ApiTags('Vocabulary')
@ApiBearerAuth()
@ApiProblems('unauthorized', 'forbidden')
@Roles('admin', 'producer', 'viewer', 'partner')
@Controller('v1/event-types')
export class EventTypesController {
  constructor(private readonly dialects: DialectCatalog) {}

  @Get()
  @ApiOperation({ summary: 'List the canonical event types', operationId: 'listEventTypes' })
  @ApiOkResponse({ type: EventTypeListDto })
  list(): EventTypeListDto {
    const data = EVENT_TYPES.map((eventType) => EventTypeDto.of(eventType, this.dialects.namesOfType(eventType.type)));
    return { data, next_cursor: null };
  }

  @Get(':type')
  @ApiOperation({ summary: 'One canonical event type, with its schema and an example', operationId: 'getEventType' })
  @ApiParam({ name: 'type', type: 'string', example: 'application.submitted' })
  @ApiOkResponse({ type: EventTypeDto })
  @ApiProblems('not_found')
  get(@Param('type') type: string): EventTypeDto {
    const eventType = eventTypeOf(type);
    if (eventType) return EventTypeDto.of(eventType, this.dialects.namesOfType(type));
    const names = EVENT_TYPES.map((known) => known.type);
    throw Problem.notFound(`No event type named "${type}"${nearestNamesHint(type, names)}.`);
  }
}
