import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { FromDigits } from '../common/dto-fields.js';
import { HistoryQuery, SHORT_PAGES } from '../common/history-query.js';
import { publicId } from '../common/ids.js';
import type { AttemptKind, AttemptOutcome } from '../event-bus/internal-events.js';
import type { Attempt } from './audit.entities.js';

export const ATTEMPT_KINDS = ['delivery', 'test', 'confirmation'] as const;
export const ATTEMPT_OUTCOMES = ['delivered', 'retry', 'failed'] as const;

export class AttemptsQuery extends HistoryQuery {
  @ApiPropertyOptional({ type: 'string', example: 'wh_01m7xr63cee52b9skadqbv3y6n' })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  subscription_id?: string;

  @ApiPropertyOptional({ type: 'string', example: 'dlv_01m7xr63cee52b9skadqbv3y6n' })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  delivery_id?: string;

  @ApiPropertyOptional({ type: 'string', example: 'evt_01m7xr63cee52b9skadqbv3y6n' })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  event_id?: string;

  @ApiPropertyOptional({ enum: ATTEMPT_OUTCOMES, description: '`retry`: it failed and was to be tried again.' })
  @IsOptional()
  @IsIn(ATTEMPT_OUTCOMES)
  outcome?: AttemptOutcome;

  @ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: 999, description: '0: no answer.' })
  @IsOptional()
  @FromDigits()
  @IsInt()
  @Min(0)
  @Max(999)
  response_status?: number;
}

export class AttemptRequestDto {
  @ApiProperty({ type: 'string' })
  url: string;
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' }, description: 'Credentials are masked.' })
  headers: Record<string, string>;
  @ApiProperty({ type: 'string', description: 'The body as sent.' })
  body: string;
}

export class AttemptResponseDto {
  @ApiProperty({ type: 'integer', example: 200, description: '0: no answer.' })
  status: number;
  @ApiProperty({
    type: 'object',
    additionalProperties: { oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
  })
  headers: Record<string, string | string[]>;
  @ApiProperty({ type: 'string', description: 'The first 16 KiB.' })
  body: string;
  @ApiProperty({ type: 'boolean' })
  body_truncated: boolean;
}

export class AttemptErrorDto {
  @ApiProperty({ type: 'string', example: 'timeout' })
  code: string;
  @ApiProperty({ type: 'string' })
  message: string;
}

export class AttemptDto {
  @ApiProperty({ type: 'string', example: 'att_01m7xr63cee52b9skadqbv3y6n' })
  id: string;
  @ApiProperty({ enum: ATTEMPT_KINDS })
  kind: AttemptKind;
  @ApiProperty({ type: 'string' })
  subscription_id: string;
  @ApiProperty({ type: 'string', nullable: true, description: '`null` for calls that belong to no delivery.' })
  delivery_id: string | null;
  @ApiProperty({ type: 'string', nullable: true })
  event_id: string | null;
  @ApiProperty({ type: 'string', nullable: true, example: 'application.submitted' })
  event_type: string | null;
  @ApiProperty({ type: 'string', description: "The dialect's name of the event.", example: 'application.submitted' })
  event_name: string;
  @ApiProperty({ type: 'string', example: 'standard' })
  dialect: string;
  @ApiProperty({ type: 'integer', example: 1 })
  number: number;
  @ApiProperty({ enum: ATTEMPT_OUTCOMES })
  outcome: AttemptOutcome;
  @ApiProperty({ type: AttemptRequestDto })
  request: AttemptRequestDto;
  @ApiProperty({ type: AttemptResponseDto })
  response: AttemptResponseDto;
  @ApiProperty({ type: AttemptErrorDto, nullable: true })
  error: AttemptErrorDto | null;
  @ApiProperty({ type: 'string', format: 'date-time' })
  started_at: string;
  @ApiProperty({ type: 'integer' })
  duration_ms: number;

  static of(row: Attempt): AttemptDto {
    return {
      id: publicId('attempt', row.id),
      kind: row.kind,
      subscription_id: publicId('subscription', row.subscriptionId),
      delivery_id: row.deliveryId && publicId('delivery', row.deliveryId),
      event_id: row.eventId && publicId('event', row.eventId),
      event_type: row.eventType,
      event_name: row.eventName,
      dialect: row.dialect,
      number: row.number,
      outcome: row.outcome,
      request: { url: row.url, headers: row.requestHeaders, body: row.requestBody.toString('utf8') },
      response: {
        status: row.responseStatus,
        headers: row.responseHeaders,
        body: row.responseBody.toString('utf8'),
        body_truncated: row.responseTruncated,
      },
      error: row.errorCode === null ? null : { code: row.errorCode, message: row.errorMessage ?? '' },
      started_at: row.startedAt.toISOString(),
      duration_ms: row.durationMs,
    };
  }
}

export class AttemptPageDto {
  @ApiProperty({ type: [AttemptDto] })
  data: AttemptDto[];
  @ApiProperty({ type: 'string', nullable: true, description: SHORT_PAGES })
  next_cursor: string | null;
}
