import { Controller, Get, Param } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Roles } from '../../accounts/caller.js';
import { ApiProblems } from '../../common/api-problems.js';
import type { JsonValue } from '../../common/json.js';
import { nearestNamesHint } from '../../common/nearest-names.js';
import { Problem } from '../../common/problem.js';
import { dialect } from './resthooks.dialect.js';

/** Shows subscribers what they will be sent. */
@ApiTags('REST Hooks')
@ApiBearerAuth()
@ApiProblems('unauthorized', 'forbidden')
@Controller('resthooks/events')
export class ResthooksExamplesController {
  @Get(':event/example')
  @Roles('admin', 'viewer', 'partner')
  @ApiOperation({ summary: 'The body of a call, as an example', operationId: 'resthooksEventExample' })
  @ApiParam({
    name: 'event',
    type: 'string',
    example: 'employee-created',
    description: 'Its name, in any case, words parted by spaces or hyphens.',
  })
  @ApiOkResponse({
    schema: { type: 'array', minItems: 1, maxItems: 1, items: { type: 'object', additionalProperties: true } },
  })
  @ApiProblems('not_found')
  example(@Param('event') text: string): JsonValue {
    const names = dialect.events.map(({ name }) => name);
    const eventName = names.find((name) => slug(name) === slug(text));
    const event = eventName === undefined ? null : dialect.exampleOf(eventName);
    if (eventName === undefined || !event) {
      throw Problem.notFound(`There is no event named "${text.slice(0, 80)}"${nearestNamesHint(text, names)}.`);
    }
    return JSON.parse(dialect.encode(event, { eventName, includeFiles: true }).body) as JsonValue;
  }
}

/** `Employee Created`, `Employee+Created` as some clients escape it, and `employee-created` are the same. */
function slug(name: string): string {
  return name.toLowerCase().replace(/[^a-z]+/g, '-');
}
