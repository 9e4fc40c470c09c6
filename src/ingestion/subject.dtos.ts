import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsString, Matches, MaxLength, MinLength } from 'class-validator';
import { CanBeAbsent } from '../common/dto-fields.js';
import { publicId } from '../common/ids.js';
import { ERASABLE_ENTITIES } from './erasure-target.js';
import { type Erasure, ERASURE_STATUSES, type ErasureStatus } from './erasure.entities.js';

export const ERASE_EXAMPLES = {
  candidate: { summary: 'A candidate asks to be forgotten', value: { entity: 'candidate', id: 'cand_789012' } },
  application: {
    summary: 'A candidate whom the ATS has no id for: by an application',
    value: { entity: 'application', id: 'app_789012' },
  },
};

export class EraseSubjectDto {
  @ApiProperty({
    enum: ERASABLE_ENTITIES,
    example: 'candidate',
    description: 'An application and a referral stand for the candidate in them.',
  })
  @IsIn(ERASABLE_ENTITIES)
  entity: string;

  @ApiProperty({ type: 'string', minLength: 1, maxLength: 255, description: 'Its id at the ATS.' })
  @IsString()
  @MinLength(1)
  @MaxLength(255)
  @Matches(/^\P{Surrogate}*$/u, { message: 'must not hold half a surrogate pair' })
  id: string;

  @ApiPropertyOptional({
    type: 'string',
    example: 'src_01m7xr63cee52b9skadqbv3y6n',
    description: 'Only as this source tells of them; absent: in all of the account.',
  })
  @CanBeAbsent()
  @IsString()
  @MaxLength(40)
  source_id?: string;
}

export class ErasureDto {
  @ApiProperty({ type: 'string', example: 'era_01m7xr63cee52b9skadqbv3y6n' })
  id: string;
  @ApiProperty({ enum: ERASURE_STATUSES })
  status: ErasureStatus;
  @ApiProperty({ enum: ERASABLE_ENTITIES, example: 'candidate' })
  entity: string;
  @ApiProperty({ type: 'string', description: 'A keyed hash of entity and id: these are not kept themselves.' })
  id_hash: string;
  @ApiProperty({ type: 'string', nullable: true })
  source_id: string | null;
  @ApiProperty({ type: 'integer', description: 'Events that were blanked so far.' })
  events: number;
  @ApiProperty({ type: 'integer', description: 'Webhook calls of which the bodies are gone from the task history.' })
  attempts: number;
  @ApiProperty({ type: 'integer', description: 'Calls to sources of which the headers and the body are gone.' })
  inbound_requests: number;
  @ApiProperty({ type: 'integer', description: 'Deliveries that were pending.' })
  cancelled_deliveries: number;
  @ApiProperty({ type: 'integer', description: 'Entries of the audit log in which an id was masked.' })
  audit_entries: number;
  @ApiProperty({ type: [String], description: 'Whose receivers were told something, and may keep it.' })
  subscription_ids: string[];
  @ApiProperty({
    type: 'string',
    nullable: true,
    example: 'evt_01m7xr63cee52b9skadqbv3y6n',
    description:
      'The `candidate.anonymized` that tells them; `null` while it is running, and when there is nobody to tell.',
  })
  anonymized_event_id: string | null;
  @ApiProperty({ type: 'string', format: 'date-time' })
  created_at: string;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  finished_at: string | null;

  static of(row: Erasure): ErasureDto {
    return {
      id: publicId('erasure', row.id),
      status: row.status,
      entity: row.entity,
      id_hash: row.idHash.toString('hex'),
      source_id: row.sourceId && publicId('source', row.sourceId),
      events: row.events,
      attempts: row.attempts,
      inbound_requests: row.inboundRequests,
      cancelled_deliveries: row.cancelledDeliveries,
      audit_entries: row.auditEntries,
      subscription_ids: row.subscriptionIds.map((id) => publicId('subscription', id)),
      anonymized_event_id: row.anonymizedEventId && publicId('event', row.anonymizedEventId),
      created_at: row.createdAt.toISOString(),
      finished_at: row.finishedAt?.toISOString() ?? null,
    };
  }
}

export class ErasurePageDto {
  @ApiProperty({ type: [ErasureDto] })
  data: ErasureDto[];
  @ApiProperty({ type: 'string', nullable: true })
  next_cursor: string | null;
}
