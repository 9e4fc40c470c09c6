import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { MAX_BATCH_EVENTS } from './event-input.js';

/** These describe bodies for OpenAPI; the checking is done by Ajv in `event-input.ts`. */

export class SubjectDto {
  @ApiProperty({ type: 'string', example: 'application' })
  entity: string;
  @ApiProperty({ type: 'string', example: 'app_789012' })
  id: string;
}

export class ActorDto {
  @ApiPropertyOptional({ type: 'string' })
  id?: string;
  @ApiPropertyOptional({ type: 'string', example: 'John Doe' })
  name?: string;
  @ApiPropertyOptional({ type: 'string', example: 'john@example.com' })
  email?: string;
}

export class EventInputDto {
  @ApiProperty({
    type: 'string',
    example: 'application.submitted',
    description: 'See `GET /v1/event-types`; or `custom.<name>`.',
  })
  type: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: "The subject's entity by name, with what it belongs to inside. Unknown fields are kept.",
    example: {
      application: {
        id: 'app_789012',
        status: 'pending',
        applied_at: '2026-04-10T20:32:13Z',
        job: { id: 'job_123456', title: 'Senior React Developer', company: 'Tech Innovations Ltd' },
        candidate: { id: 'cand_789012', name: 'Jane Smith', email: 'jane@example.com' },
      },
    },
  })
  data: Record<string, unknown>;

  @ApiPropertyOptional({
    type: 'string',
    maxLength: 255,
    description: 'Your own id of the event: sending it again within 7 days is safe.',
  })
  id?: string;

  @ApiPropertyOptional({ type: 'string', format: 'date-time', description: 'Absent: now.' })
  occurred_at?: string;

  @ApiPropertyOptional({ type: SubjectDto, description: 'Absent: read from `type` and `data`.' })
  subject?: SubjectDto;

  @ApiPropertyOptional({ type: ActorDto, nullable: true, description: 'Who did it, as far as it is known.' })
  actor?: ActorDto | null;

  @ApiPropertyOptional({
    type: 'boolean',
    default: false,
    description: 'Delivered with the header `webhook-test: true`, tells nothing of how the receiver is.',
  })
  test?: boolean;
}

export class EventBatchDto {
  @ApiProperty({
    type: [EventInputDto],
    minItems: 1,
    maxItems: MAX_BATCH_EVENTS,
    description: 'Accepted all or none, in this order.',
  })
  events: EventInputDto[];
}

export class AcceptanceDto {
  @ApiProperty({ type: 'string', example: 'evt_01m7xr63cee52b9skadqbv3y6n' })
  id: string;
  @ApiProperty({ type: 'string', example: 'application.submitted' })
  type: string;
  @ApiProperty({ type: 'string', format: 'date-time' })
  occurred_at: string;
  @ApiProperty({ type: 'string', format: 'date-time' })
  received_at: string;
  @ApiProperty({ type: 'integer', example: 2, description: 'How many deliveries were planned.' })
  deliveries: number;
  @ApiProperty({
    type: 'boolean',
    example: false,
    description:
      'It is about a person who was erased (`POST /v1/subjects/erase`): nothing of it was kept, and nobody is told of it.',
  })
  erased: boolean;
}

export class AcceptanceListDto {
  @ApiProperty({
    type: [AcceptanceDto],
    description: 'In the order of the events; a repeated one with its first answer.',
  })
  data: AcceptanceDto[];
}
