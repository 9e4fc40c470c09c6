import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsBoolean, IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { CanBeAbsent, IsInstant } from '../common/dto-fields.js';
import { publicId } from '../common/ids.js';
import { PageQuery } from '../common/paging.js';
import { DeliveryDto } from './delivery.dtos.js';
import { DELIVERY_STATUSES, type DeliveryStatus } from './delivery.entity.js';
import type { Preview } from './preview.service.js';
import { shownFilter } from './recoveries.service.js';
import { type Recovery, RECOVERY_STATUSES, type RecoveryStatus } from './recovery.entity.js';

export class ReplayDto {
  @ApiPropertyOptional({
    type: [String],
    example: ['wh_01m7xr63cee52b9skadqbv3y6n'],
    description: 'Only to these, which must ask for the event; absent: to all that match now.',
  })
  @CanBeAbsent()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(200)
  @IsString({ each: true })
  @MaxLength(40, { each: true })
  subscription_ids?: string[];
}

export class ReplayedDto {
  @ApiProperty({ type: [DeliveryDto], description: 'The new deliveries.' })
  data: DeliveryDto[];
}

export class PreviewQuery {
  @ApiProperty({ type: 'string', example: 'standard' })
  @IsString()
  @MaxLength(50)
  dialect: string;
}

export class PreviewDto {
  @ApiProperty({ type: 'string', example: 'standard' })
  dialect: string;
  @ApiProperty({ type: 'boolean', description: 'Whether the dialect has a name for the event.' })
  expressible: boolean;
  @ApiProperty({ type: 'string', nullable: true })
  event_name: string | null;
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    nullable: true,
    description: 'Signed with a throwaway secret.',
  })
  headers: Readonly<Record<string, string>> | null;
  @ApiProperty({ type: 'string', nullable: true, description: 'The body as it would be sent.' })
  body: string | null;
  @ApiProperty({ type: [String] })
  warnings: readonly string[];

  static of(preview: Preview): PreviewDto {
    const { dialect, expressible, eventName, headers, body, warnings } = preview;
    return { dialect, expressible, event_name: eventName, headers, body, warnings };
  }
}

export class RecoverDto {
  @ApiProperty({ type: 'string', format: 'date-time', example: '2026-01-31T12:00:00Z' })
  @IsInstant()
  since: string;

  @ApiPropertyOptional({ type: 'string', format: 'date-time', description: 'Absent: now.' })
  @CanBeAbsent()
  @IsInstant()
  until?: string;

  @ApiPropertyOptional({ type: 'boolean', default: false, description: 'Only count what would be sent.' })
  @CanBeAbsent()
  @IsBoolean()
  dry_run?: boolean;
}

export const RECOVERY_KINDS = ['recovery', 'retry'] as const;

export class RetryManyDto {
  @ApiPropertyOptional({
    type: [String],
    example: ['dlv_01m7xr63cee52b9skadqbv3y6n'],
    description: 'These, whatever their status; then nothing else may be said but `dry_run`.',
  })
  @CanBeAbsent()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(1_000)
  @IsString({ each: true })
  @MaxLength(40, { each: true })
  delivery_ids?: string[];

  @ApiPropertyOptional({ type: 'string', example: 'wh_01m7xr63cee52b9skadqbv3y6n' })
  @CanBeAbsent()
  @IsString()
  @MaxLength(40)
  subscription_id?: string;

  @ApiPropertyOptional({ type: 'string', example: 'evt_01m7xr63cee52b9skadqbv3y6n' })
  @CanBeAbsent()
  @IsString()
  @MaxLength(40)
  event_id?: string;

  @ApiPropertyOptional({ type: 'string', example: 'application.submitted', description: 'Canonical event type.' })
  @CanBeAbsent()
  @IsString()
  @MaxLength(255)
  type?: string;

  @ApiPropertyOptional({ enum: DELIVERY_STATUSES, description: 'Absent: failed, cancelled and skipped.' })
  @CanBeAbsent()
  @IsIn(DELIVERY_STATUSES)
  status?: DeliveryStatus;

  @ApiPropertyOptional({ type: 'string', format: 'date-time', description: 'Created not before.' })
  @CanBeAbsent()
  @IsInstant()
  since?: string;

  @ApiPropertyOptional({ type: 'string', format: 'date-time', description: 'Created before. Absent: now.' })
  @CanBeAbsent()
  @IsInstant()
  until?: string;

  @ApiPropertyOptional({ type: 'boolean', default: false, description: 'Only count what would be sent.' })
  @CanBeAbsent()
  @IsBoolean()
  dry_run?: boolean;
}

export class RetryFilterDto {
  @ApiProperty({ type: 'string', nullable: true })
  event_id: string | null;
  @ApiProperty({ type: 'string', nullable: true })
  type: string | null;
  @ApiProperty({ enum: DELIVERY_STATUSES, nullable: true })
  status: DeliveryStatus | null;
  @ApiProperty({ type: 'integer', description: 'How many deliveries were named; 0: none, all that match.' })
  delivery_ids: number;
}

export class RecoveriesQuery extends PageQuery {
  @ApiPropertyOptional({
    type: 'string',
    example: 'wh_01m7xr63cee52b9skadqbv3y6n',
    description: 'Only of this subscription alone.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  subscription_id?: string;
}

export class RecoveryDto {
  @ApiProperty({ type: 'string', example: 'rcv_01m7xr63cee52b9skadqbv3y6n' })
  id: string;
  @ApiProperty({ enum: RECOVERY_KINDS, description: '`retry`: of chosen deliveries.' })
  kind: (typeof RECOVERY_KINDS)[number];
  @ApiProperty({ type: 'string', nullable: true, description: '`null`: of all subscriptions.' })
  subscription_id: string | null;
  @ApiProperty({ type: RetryFilterDto, nullable: true, description: 'Of a retry.' })
  filter: RetryFilterDto | null;
  @ApiProperty({ enum: RECOVERY_STATUSES, description: '`stopped`: the subscription was no longer active.' })
  status: RecoveryStatus;
  @ApiProperty({ type: 'string', nullable: true })
  reason: string | null;
  @ApiProperty({ type: 'boolean' })
  dry_run: boolean;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true, description: '`null`: from the beginning.' })
  since: string | null;
  @ApiProperty({ type: 'string', format: 'date-time' })
  until: string;
  @ApiProperty({
    type: 'integer',
    nullable: true,
    description:
      'What there was to send when it began: of a recovery what had failed, was cancelled or skipped in that time. `null`: too many to count beforehand.',
  })
  total: number | null;
  @ApiProperty({ type: 'integer', description: 'Made due again so far.' })
  recovered: number;
  @ApiProperty({
    type: 'integer',
    description: 'Left as they were: their subscription is not active, or somebody else was at them.',
  })
  left_out: number;
  @ApiProperty({ type: 'string', format: 'date-time' })
  created_at: string;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  finished_at: string | null;

  static of(row: Recovery): RecoveryDto {
    return {
      id: publicId('recovery', row.id),
      kind: row.filter ? 'retry' : 'recovery',
      subscription_id: row.subscriptionId && publicId('subscription', row.subscriptionId),
      filter: row.filter && shownFilter(row.filter),
      status: row.status,
      reason: row.reason,
      dry_run: row.dryRun,
      since: row.since?.toISOString() ?? null,
      until: row.until.toISOString(),
      total: row.total,
      recovered: row.recovered,
      left_out: row.leftOut,
      created_at: row.createdAt.toISOString(),
      finished_at: row.finishedAt?.toISOString() ?? null,
    };
  }
}

export class RecoveryPageDto {
  @ApiProperty({ type: [RecoveryDto] })
  data: RecoveryDto[];
  @ApiProperty({ type: 'string', nullable: true })
  next_cursor: string | null;
}
