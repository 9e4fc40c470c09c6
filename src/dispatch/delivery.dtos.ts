import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { HistoryQuery, SHORT_PAGES } from '../common/history-query.js';
import { publicId } from '../common/ids.js';
import type { ShownDelivery } from './deliveries.service.js';
import { DELIVERY_STATUSES, type DeliveryStatus } from './delivery.entity.js';

export class DeliveriesQuery extends HistoryQuery {
  @ApiPropertyOptional({ type: 'string', example: 'wh_01m7xr63cee52b9skadqbv3y6n' })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  subscription_id?: string;

  @ApiPropertyOptional({ type: 'string', example: 'evt_01m7xr63cee52b9skadqbv3y6n' })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  event_id?: string;

  @ApiPropertyOptional({ enum: DELIVERY_STATUSES })
  @IsOptional()
  @IsIn(DELIVERY_STATUSES)
  status?: DeliveryStatus;
}

export class DeliveryDto {
  @ApiProperty({
    type: 'string',
    example: 'dlv_01m7xr63cee52b9skadqbv3y6n',
    description: 'Also the `webhook-id` of every call for it.',
  })
  id: string;
  @ApiProperty({ type: 'string' })
  event_id: string;
  @ApiProperty({ type: 'string' })
  subscription_id: string;
  @ApiProperty({ type: 'string', example: 'application.submitted' })
  event_type: string;
  @ApiProperty({
    type: 'string',
    nullable: true,
    example: 'job_application_created',
    description: "The dialect's name; `null` when it has none, or when the filter keeps the event back.",
  })
  event_name: string | null;
  @ApiProperty({ enum: DELIVERY_STATUSES })
  status: DeliveryStatus;
  @ApiProperty({ type: 'string', nullable: true, description: 'Why it was skipped, cancelled or given up.' })
  reason: string | null;
  @ApiProperty({ type: 'integer', description: 'Attempts made.' })
  attempts: number;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true, description: 'While pending.' })
  next_attempt_at: string | null;
  @ApiProperty({ type: 'string', format: 'date-time' })
  created_at: string;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  finished_at: string | null;

  static of({ delivery, pending }: ShownDelivery): DeliveryDto {
    return {
      id: publicId('delivery', delivery.id),
      event_id: publicId('event', delivery.eventId),
      subscription_id: publicId('subscription', delivery.subscriptionId),
      event_type: delivery.eventType,
      event_name: delivery.eventName,
      status: delivery.status,
      reason: delivery.reason,
      attempts: pending?.attempts ?? delivery.attempts,
      next_attempt_at: pending?.nextAttemptAt.toISOString() ?? null,
      created_at: delivery.createdAt.toISOString(),
      finished_at: delivery.finishedAt?.toISOString() ?? null,
    };
  }
}

export class DeliveryPageDto {
  @ApiProperty({ type: [DeliveryDto] })
  data: DeliveryDto[];
  @ApiProperty({ type: 'string', nullable: true, description: SHORT_PAGES })
  next_cursor: string | null;
}
