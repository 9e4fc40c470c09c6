import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { HistoryQuery, requiredId, SHORT_PAGES } from '../common/history-query.js';
import { publicId } from '../common/ids.js';
import type { JsonValue } from '../common/json.js';
import { ActorDto, SubjectDto } from '../ingestion/event.dtos.js';
import type { StoredEvent } from '../ingestion/event.entities.js';
import { toCanonicalEvent } from '../ingestion/stored-event.js';
import { DeliveryDto } from './delivery.dtos.js';
import type { EventExplanation } from './event-explanations.service.js';

export class EventsQuery extends HistoryQuery {
  @ApiPropertyOptional({ type: 'string', example: 'application:app_789012', description: '`entity:id`' })
  @IsOptional()
  @IsString()
  @MaxLength(300)
  subject?: string;
}

export class ExplanationQuery {
  @ApiProperty({ type: 'string', example: 'wh_01m7xr63cee52b9skadqbv3y6n' })
  @IsString()
  @MaxLength(40)
  subscription_id: string;
}

export function explainedSubscription({ subscription_id: text }: ExplanationQuery): string {
  return requiredId('subscription', 'subscription_id', text);
}

export class EventSourceDto {
  @ApiProperty({ type: 'string', example: 'standard', description: '`standard` for the native API.' })
  dialect: string;
  @ApiProperty({ type: 'string', nullable: true })
  source_id: string | null;
  @ApiProperty({ type: 'string', nullable: true, description: "The vendor's own id of the event, or the producer's." })
  event_id: string | null;
  @ApiProperty({ type: 'string', nullable: true, description: "The vendor's own name of the event." })
  type: string | null;
  @ApiProperty({
    type: 'string',
    nullable: true,
    example: 'req_01m7xr63cee52b9skadqbv3y6n',
    description: 'The call to the source that brought it: `GET /v1/inbound-requests/{id}`.',
  })
  request_id: string | null;
}

export class EventSummaryDto {
  @ApiProperty({ type: 'string', example: 'evt_01m7xr63cee52b9skadqbv3y6n' })
  id: string;
  @ApiProperty({ type: 'string', example: 'application.submitted' })
  type: string;
  @ApiProperty({ type: 'string', format: 'date-time' })
  occurred_at: string;
  @ApiProperty({ type: 'string', format: 'date-time' })
  received_at: string;
  @ApiProperty({ type: SubjectDto, nullable: true })
  subject: SubjectDto | null;
  @ApiProperty({ type: EventSourceDto })
  source: EventSourceDto;
  @ApiProperty({ type: 'boolean' })
  test: boolean;
  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'When the person whom it was about was erased: what it said is gone.',
  })
  erased_at: string | null;

  static of(row: StoredEvent): EventSummaryDto {
    const { source, subject } = toCanonicalEvent(row.content, null);
    return {
      id: publicId('event', row.id),
      type: row.type,
      occurred_at: row.occurredAt.toISOString(),
      received_at: row.receivedAt.toISOString(),
      subject,
      source: { ...source, request_id: row.requestId && publicId('inboundRequest', row.requestId) },
      test: row.test,
      erased_at: row.erasedAt?.toISOString() ?? null,
    };
  }
}

export class EventPageDto {
  @ApiProperty({ type: [EventSummaryDto] })
  data: EventSummaryDto[];
  @ApiProperty({ type: 'string', nullable: true, description: SHORT_PAGES })
  next_cursor: string | null;
}

export class EventDto extends EventSummaryDto {
  @ApiProperty({ type: ActorDto, nullable: true })
  actor: ActorDto | null;
  @ApiProperty({ type: 'object', additionalProperties: true })
  data: Record<string, JsonValue>;
  @ApiProperty({ type: 'object', additionalProperties: true, description: 'What only one vendor knows, by dialect.' })
  extensions: Record<string, JsonValue>;
  @ApiProperty({ type: [String], description: 'What a reader should know, e.g. that a number was rounded.' })
  warnings: string[];
  @ApiProperty({ type: [DeliveryDto], description: 'Who gets it, and why others were skipped.' })
  deliveries: DeliveryDto[];

  static ofWithDeliveries(row: StoredEvent, deliveries: DeliveryDto[]): EventDto {
    const { actor, data, extensions } = toCanonicalEvent(row.content, null);
    return { ...EventSummaryDto.of(row), actor, data, extensions, warnings: row.warnings ?? [], deliveries };
  }
}

export class EventExplanationDto {
  @ApiProperty({ type: [DeliveryDto], description: 'What the subscription was owed of the event; none: nothing.' })
  deliveries: DeliveryDto[];
  @ApiProperty({
    type: [String],
    example: ['it does not ask for application.submitted, but for job.*'],
    description: 'Why it was owed nothing. Empty when it was: then the delivery says what came of it.',
  })
  reasons: readonly string[];
  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'Why a replay would not reach it, as things are now; `null`: it would.',
  })
  why_not_now: string | null;

  static of({ deliveries, reasons, whyNotNow }: EventExplanation): EventExplanationDto {
    return { deliveries: deliveries.map((row) => DeliveryDto.of(row)), reasons, why_not_now: whyNotNow };
  }
}
