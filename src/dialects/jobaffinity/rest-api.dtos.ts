import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { toSpacedSeconds } from '../../ats/times.js';
import type { Attempt } from '../../audit/audit.entities.js';
import { isJsonObject, type JsonValue } from '../../common/json.js';
import { WEBHOOK_TASKS_SCHEMA_PATH } from './webhook-tasks.schema.js';

/** The shapes of JobAffinity's REST API, as far as receivers of its webhooks use it. */

export const WEBHOOK_TASKS_PATH = '/restapi/v1/webhook/task';

export class JobAffinityTasksQuery {
  @ApiPropertyOptional({ type: 'string', description: 'Part of `_next`.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  cursor?: string;
}

export class JobAffinityApplicationQuery {
  @ApiPropertyOptional({
    type: 'string',
    example: 'src_01m7xr63cee52b9skadqbv3y6n',
    description:
      'Which source it is of, where two know an application with this id. Absent: whichever told of it last.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  source?: string;
}

export class JobAffinityReferenceDto {
  @ApiProperty({
    type: 'string',
    example: '/restapi/v1/application/42',
    description: 'Empty when the event is about no application.',
  })
  _self: string;
}

export class JobAffinityTaskDto {
  @ApiProperty({ type: 'string', example: 'ProcessStepChange' })
  event: string;
  @ApiProperty({ type: 'string', example: '2021-04-01 12:13:14', description: 'When the call was made, in UTC.' })
  datetime: string;
  @ApiProperty({ type: 'string', example: 'Server Error', description: 'The first 16 KiB.' })
  response_body: string;
  @ApiProperty({ type: 'integer', example: 500, description: '0: there was no answer.' })
  response_status: number;
  @ApiProperty({ type: JobAffinityReferenceDto })
  application: JobAffinityReferenceDto;

  static of(attempt: Attempt): JobAffinityTaskDto {
    const startedAt = attempt.startedAt.toISOString();
    return {
      event: attempt.eventName,
      datetime: toSpacedSeconds(startedAt) ?? startedAt,
      response_body: attempt.responseBody.toString('utf8'),
      response_status: attempt.responseStatus,
      application: { _self: applicationOf(attempt.requestBody) },
    };
  }
}

export class JobAffinityTasksDto {
  @ApiProperty({ enum: ['OK'] })
  _status: 'OK';
  @ApiProperty({ type: 'string', example: WEBHOOK_TASKS_SCHEMA_PATH })
  _schema: string;
  @ApiProperty({ type: 'string', example: WEBHOOK_TASKS_PATH })
  _self: string;
  @ApiProperty({ type: 'string', example: '', description: 'Where the next page is; empty on the last one.' })
  _next: string;
  @ApiProperty({ type: [JobAffinityTaskDto], description: 'Newest first.' })
  items: JobAffinityTaskDto[];
}

/** An application of whatever fields its events have told of. */
export const APPLICATION_SCHEMA = {
  type: 'object',
  description: 'Beside these, all fields that are known of it.',
  required: ['_status', '_self', 'id'],
  properties: {
    _status: { type: 'string', enum: ['OK'] },
    _self: { type: 'string', example: '/restapi/v1/application/42' },
    id: { type: 'string', example: '42' },
  },
  additionalProperties: true,
};

export function tasksPath(cursor: string | undefined): string {
  return cursor === undefined ? WEBHOOK_TASKS_PATH : `${WEBHOOK_TASKS_PATH}?cursor=${encodeURIComponent(cursor)}`;
}

/** As the call itself said; a body that holds none any more, after an erasure, refers to none. */
function applicationOf(requestBody: Buffer): string {
  const body = parse(requestBody.toString('utf8'));
  const application = isJsonObject(body) ? body.application : undefined;
  const self = isJsonObject(application) ? application._self : undefined;
  return typeof self === 'string' ? self : '';
}

function parse(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return null;
  }
}
