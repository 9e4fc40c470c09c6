import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { IsInstant } from '../common/dto-fields.js';
import { SUBSCRIPTION_STATUSES } from '../subscriptions/subscription.dtos.js';
import { SubscriptionsQuery } from '../subscriptions/subscriptions-query.js';
import type { SubscriptionStatus } from '../event-bus/internal-events.js';
import { type Grain, GRAINS } from './stats.entities.js';

const SINCE = { type: 'string', format: 'date-time', description: 'Absent: 24 hours before `until`.' } as const;
const UNTIL = { type: 'string', format: 'date-time', description: 'Absent: now.' } as const;
const TIME = { type: 'string', format: 'date-time' } as const;

export class StatsQuery {
  @ApiPropertyOptional(SINCE)
  @IsOptional()
  @IsInstant()
  since?: string;

  @ApiPropertyOptional(UNTIL)
  @IsOptional()
  @IsInstant()
  until?: string;

  @ApiPropertyOptional({
    enum: GRAINS,
    description:
      'Absent: by the time asked for: minutes up to 6 hours, hours up to 7 days, else days. Minutes are kept 2 days.',
  })
  @IsOptional()
  @IsIn(GRAINS)
  bucket?: Grain;

  @ApiPropertyOptional({ type: 'string', example: 'wh_01m7xr63cee52b9skadqbv3y6n', description: 'Absent: all.' })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  subscription_id?: string;
}

export class SubscriptionStatsQuery extends SubscriptionsQuery {
  @ApiPropertyOptional(SINCE)
  @IsOptional()
  @IsInstant()
  since?: string;

  @ApiPropertyOptional(UNTIL)
  @IsOptional()
  @IsInstant()
  until?: string;

  @ApiPropertyOptional({ enum: GRAINS, default: 'hour' })
  @IsOptional()
  @IsIn(GRAINS)
  bucket?: Grain;
}

export class AttemptCountsDto {
  @ApiProperty({ type: 'integer' })
  delivered: number;
  @ApiProperty({ type: 'integer', description: 'Failed, and to be tried again.' })
  retry: number;
  @ApiProperty({ type: 'integer', description: 'Failed, and given up.' })
  failed: number;
}

export class DeliveryCountsDto {
  @ApiProperty({ type: 'integer' })
  delivered: number;
  @ApiProperty({ type: 'integer' })
  failed: number;
  @ApiProperty({ type: 'integer' })
  skipped: number;
  @ApiProperty({ type: 'integer' })
  cancelled: number;
}

export class PercentilesDto {
  @ApiProperty({ type: 'integer', description: 'In milliseconds, within a tenth.' })
  p50: number;
  @ApiProperty({ type: 'integer' })
  p95: number;
  @ApiProperty({ type: 'integer' })
  p99: number;
}

export class StatsTotalsDto {
  @ApiProperty({
    type: AttemptCountsDto,
    description: 'Calls for deliveries; those that only test or confirm are not among them.',
  })
  attempts: AttemptCountsDto;
  @ApiProperty({
    type: DeliveryCountsDto,
    description:
      'By when they ended, by a call or without one; one that failed and was delivered when it was tried again counts as both.',
  })
  deliveries: DeliveryCountsDto;
  @ApiProperty({
    type: 'number',
    nullable: true,
    example: 0.9917,
    description: 'Delivered of those delivered or failed; `null`: there were none.',
  })
  success_rate: number | null;
  @ApiProperty({ type: PercentilesDto, nullable: true, description: 'How long calls took.' })
  call_ms: PercentilesDto | null;
  @ApiProperty({
    type: PercentilesDto,
    nullable: true,
    description: 'From the planning of a delivery to the end of the call that delivered it.',
  })
  delivery_ms: PercentilesDto | null;
}

export class StatsBucketDto extends StatsTotalsDto {
  @ApiProperty({ ...TIME, description: 'When it begins.' })
  at: string;
}

export class BacklogDto {
  @ApiProperty({ type: 'integer', description: 'Deliveries that are owed now, those that wait for a retry included.' })
  pending: number;
  @ApiProperty({ type: 'integer', description: 'Those of them that are due, and not being sent.' })
  due: number;
  @ApiProperty({ ...TIME, nullable: true, description: '`null`: nothing is due.' })
  oldest_due_at: string | null;
}

export class SubscriptionCountsDto {
  @ApiProperty({ type: 'integer' })
  total: number;
  @ApiProperty({ type: 'integer' })
  active: number;
  @ApiProperty({ type: 'integer' })
  suspended: number;
  @ApiProperty({ type: 'integer' })
  disabled: number;
  @ApiProperty({ type: 'integer' })
  deactivated: number;
  @ApiProperty({ type: 'integer', description: 'Of the active ones those whose last calls failed.' })
  failing: number;
}

export class StatsDto {
  @ApiProperty({ ...TIME, description: 'As asked for, rounded down to a bucket.' })
  since: string;
  @ApiProperty({ ...TIME, description: 'As asked for, rounded up to a bucket.' })
  until: string;
  @ApiProperty({ enum: GRAINS })
  bucket: Grain;
  @ApiProperty({ type: 'string', nullable: true })
  subscription_id: string | null;
  @ApiProperty({ type: StatsTotalsDto })
  totals: StatsTotalsDto;
  @ApiProperty({ type: [StatsBucketDto], description: 'Oldest first, the empty ones too.' })
  buckets: StatsBucketDto[];
  @ApiProperty({ type: BacklogDto, description: 'Of now, at most 5 seconds old.' })
  backlog: BacklogDto;
  @ApiProperty({
    type: SubscriptionCountsDto,
    description: 'Of now. Which those are: `GET /v1/subscriptions?ailing=true`.',
  })
  subscriptions: SubscriptionCountsDto;
}

export class SubscriptionStatsDto {
  @ApiProperty({ type: 'string', example: 'wh_01m7xr63cee52b9skadqbv3y6n' })
  subscription_id: string;
  @ApiProperty({ enum: SUBSCRIPTION_STATUSES })
  status: SubscriptionStatus;
  @ApiProperty({ type: 'string', nullable: true })
  status_reason: string | null;
  @ApiProperty(TIME)
  status_changed_at: string;
  @ApiProperty({ ...TIME, nullable: true })
  failing_since: string | null;
  @ApiProperty({ type: AttemptCountsDto, description: 'Over the whole time.' })
  attempts: AttemptCountsDto;
  @ApiProperty({ type: [Number], example: [0, 3, 12], description: 'Attempts by bucket, oldest first.' })
  delivered: number[];
  @ApiProperty({ type: [Number], example: [0, 1, 0] })
  retry: number[];
  @ApiProperty({ type: [Number], example: [0, 0, 0] })
  failed: number[];
}

export class SubscriptionStatsPageDto {
  @ApiProperty(TIME)
  since: string;
  @ApiProperty(TIME)
  until: string;
  @ApiProperty({ enum: GRAINS })
  bucket: Grain;
  @ApiProperty({ type: [SubscriptionStatsDto] })
  data: SubscriptionStatsDto[];
  @ApiProperty({ type: 'string', nullable: true })
  next_cursor: string | null;
}
