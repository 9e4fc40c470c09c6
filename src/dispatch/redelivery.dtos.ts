import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsBoolean, IsString, MaxLength } from 'class-validator';
import { CanBeAbsent, IsInstant } from '../common/dto-fields.js';
import { publicId } from '../common/ids.js';
import { DeliveryDto } from './delivery.dtos.js';
import type { Preview } from './preview.service.js';
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

export class RecoveryDto {
  @ApiProperty({ type: 'string', example: 'rcv_01m7xr63cee52b9skadqbv3y6n' })
  id: string;
  @ApiProperty({ type: 'string' })
  subscription_id: string;
  @ApiProperty({ enum: RECOVERY_STATUSES, description: '`stopped`: the subscription was no longer active.' })
  status: RecoveryStatus;
  @ApiProperty({ type: 'string', nullable: true })
  reason: string | null;
  @ApiProperty({ type: 'boolean' })
  dry_run: boolean;
  @ApiProperty({ type: 'string', format: 'date-time' })
  since: string;
  @ApiProperty({ type: 'string', format: 'date-time' })
  until: string;
  @ApiProperty({ type: 'integer', description: 'Failed, cancelled or skipped in that time when it began.' })
  total: number;
  @ApiProperty({ type: 'integer', description: 'Made due again so far.' })
  recovered: number;
  @ApiProperty({ type: 'string', format: 'date-time' })
  created_at: string;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  finished_at: string | null;

  static of(row: Recovery): RecoveryDto {
    return {
      id: publicId('recovery', row.id),
      subscription_id: publicId('subscription', row.subscriptionId),
      status: row.status,
      reason: row.reason,
      dry_run: row.dryRun,
      since: row.since.toISOString(),
      until: row.until.toISOString(),
      total: row.total,
      recovered: row.recovered,
      created_at: row.createdAt.toISOString(),
      finished_at: row.finishedAt?.toISOString() ?? null,
    };
  }
}
