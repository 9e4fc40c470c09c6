import { ApiProperty } from '@nestjs/swagger';
import type { JsonSchema } from './canonical/schema-parts.js';
import type { EventType, EventTypeExample } from './event-types.js';

/** One canonical event type as `GET /v1/event-types` shows it. */
export class EventTypeDto {
  @ApiProperty({ type: 'string', example: 'application.submitted' })
  type: string;

  @ApiProperty({ type: 'string', example: 'A candidate applied for a job.' })
  description: string;

  @ApiProperty({
    type: 'string',
    nullable: true,
    example: 'application',
    description: 'The entity that `data` must hold, with its `id`.',
  })
  subject: string | null;

  @ApiProperty({ type: 'object', additionalProperties: true, description: 'JSON Schema (draft-07) of `data`.' })
  schema: JsonSchema;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'A body that `POST /v1/events` accepts as it is.',
  })
  example: EventTypeExample;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'array', items: { type: 'string' } },
    example: { standard: ['application.submitted'] },
    description: 'What each dialect calls it; a dialect that cannot say it is absent.',
  })
  names: Record<string, string[]>;

  static of(eventType: EventType, names: Record<string, string[]>): EventTypeDto {
    const { type, description, subject, schema, example } = eventType;
    return { type, description, subject, schema, example, names };
  }
}

export class EventTypeListDto {
  @ApiProperty({ type: [EventTypeDto] })
  data: EventTypeDto[];

  @ApiProperty({ type: 'string', nullable: true, description: 'Always `null`: the list is never cut.' })
  next_cursor: string | null;
}
