import { Controller, Get, Param, Query } from '@nestjs/common';
import {
  ApiBasicAuth,
  ApiBearerAuth,
  ApiExcludeController,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { BasicAuth, type Caller, CurrentCaller, Roles } from '../../accounts/caller.js';
import { portableEntity } from '../../ats/portable-data.js';
import { AttemptsService } from '../../audit/attempts.service.js';
import { ApiProblems } from '../../common/api-problems.js';
import { idFilter } from '../../common/history-query.js';
import type { JsonObject } from '../../common/json.js';
import { cursorUuid, showPage } from '../../common/paging.js';
import { Problem } from '../../common/problem.js';
import { EventPages } from '../../dispatch/event-pages.service.js';
import { applicationSelf, JOBAFFINITY } from './envelope.js';
import {
  APPLICATION_SCHEMA,
  JobAffinityApplicationQuery,
  JobAffinityTaskDto,
  JobAffinityTasksDto,
  JobAffinityTasksQuery,
  tasksPath,
} from './rest-api.dtos.js';
import { WEBHOOK_TASKS_SCHEMA_PATH, webhookTasksSchema } from './webhook-tasks.schema.js';

const TASKS_ON_A_PAGE = 100;

/** The part of JobAffinity's REST API that receivers of its webhooks call: the call history, and the application that a call refers to. */
@ApiTags('JobAffinity')
@ApiBearerAuth()
@ApiBasicAuth()
@ApiProblems('unauthorized', 'forbidden')
@BasicAuth()
@Roles('admin', 'viewer', 'partner')
@Controller('jobaffinity/restapi')
export class JobAffinityRestController {
  constructor(
    private readonly attempts: AttemptsService,
    private readonly events: EventPages,
  ) {}

  @Get('v1/webhook/task')
  @ApiOperation({
    summary: 'The history of webhook calls',
    description: 'Also without `/jobaffinity`, which is where its links lead.',
    operationId: 'jobaffinityListWebhookTasks',
  })
  @ApiOkResponse({ type: JobAffinityTasksDto })
  @ApiProblems('invalid_query')
  async tasks(
    @CurrentCaller() caller: Caller,
    @Query() { cursor }: JobAffinityTasksQuery,
  ): Promise<JobAffinityTasksDto> {
    const query = { limit: TASKS_ON_A_PAGE, ...(cursor !== undefined && { cursor }) };
    const below = cursorUuid('attempt', query) ?? null;
    const tasks = await this.attempts.ofDialect(caller, { dialect: JOBAFFINITY, limit: TASKS_ON_A_PAGE, below });
    const page = showPage(tasks, 'attempt', (row) => JobAffinityTaskDto.of(row));
    return {
      _status: 'OK',
      _schema: WEBHOOK_TASKS_SCHEMA_PATH,
      _self: tasksPath(cursor),
      _next: page.next_cursor === null ? '' : tasksPath(page.next_cursor),
      items: page.data,
    };
  }

  @Get('schemav1/webhooktasks')
  @ApiOperation({
    summary: 'The JSON Schema of the call history',
    description: 'Also without `/jobaffinity`.',
    operationId: 'jobaffinityWebhookTasksSchema',
  })
  @ApiOkResponse({ schema: { type: 'object', additionalProperties: true } })
  schema(): JsonObject {
    return webhookTasksSchema;
  }

  @Get('v1/application/:id')
  @ApiOperation({
    summary: 'The newest known state of an application',
    description:
      'What the events that you may see tell of it, in canonical fields, without file addresses. Also without `/jobaffinity`.',
    operationId: 'jobaffinityGetApplication',
  })
  @ApiParam({ name: 'id', type: 'string', example: '42', description: 'Its id at the ATS.' })
  @ApiOkResponse({ schema: APPLICATION_SCHEMA })
  @ApiProblems('invalid_query', 'not_found')
  async application(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Query() { source }: JobAffinityApplicationQuery,
  ): Promise<JsonObject> {
    const state = await this.events.newestEntity(caller, 'application', id, idFilter('source', 'source', source));
    if (!state) throw Problem.notFound('No event that you may see tells of an application with this id.');
    const envelope = { _status: 'OK', _self: applicationSelf(id) };
    return { ...envelope, ...portableEntity('application', state), ...envelope };
  }
}

/** The same at the root, since the vendor's links start with `/restapi` and its clients put them behind a bare host. */
@ApiExcludeController()
@Controller('restapi')
export class JobAffinityRootController extends JobAffinityRestController {}
