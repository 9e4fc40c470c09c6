import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsString, MaxLength, MinLength } from 'class-validator';
import { ENTITIES } from '../ats/event-types.js';
import { publicId } from '../common/ids.js';
import type { Erasure } from './erasure.service.js';

const ENTITY_NAMES = ENTITIES.map(({ name }) => name);

export const ERASE_EXAMPLES = {
  candidate: { summary: 'A candidate asks to be forgotten', value: { entity: 'candidate', id: 'cand_789012' } },
};

export class EraseSubjectDto {
  @ApiProperty({ enum: ENTITY_NAMES, example: 'candidate' })
  @IsIn(ENTITY_NAMES)
  entity: string;

  @ApiProperty({
    type: 'string',
    minLength: 1,
    maxLength: 255,
    example: 'cand_789012',
    description: 'Its id at the ATS.',
  })
  @IsString()
  @MinLength(1)
  @MaxLength(255)
  id: string;
}

export class InformedSubscriptionDto {
  @ApiProperty({ type: 'string', example: 'wh_01m7xr63cee52b9skadqbv3y6n' })
  id: string;
  @ApiProperty({ type: 'string', nullable: true })
  name: string | null;
  @ApiProperty({ type: 'string', example: 'https://partner.example.com/webhooks' })
  url: string;
  @ApiProperty({ type: 'string', nullable: true })
  partner_id: string | null;
}

export class ErasureDto {
  @ApiProperty({ type: 'integer', description: 'Events that are blank now.' })
  events: number;
  @ApiProperty({ type: 'integer', description: 'Webhook calls of which the bodies are gone from the task history.' })
  attempts: number;
  @ApiProperty({ type: 'integer', description: 'Calls to sources of which the headers and the body are gone.' })
  inbound_requests: number;
  @ApiProperty({ type: 'integer', description: 'Deliveries that were pending.' })
  cancelled_deliveries: number;
  @ApiProperty({
    type: [InformedSubscriptionDto],
    description: 'Whose receivers were told something, and may keep it.',
  })
  subscriptions: InformedSubscriptionDto[];
  @ApiProperty({
    type: 'string',
    nullable: true,
    example: 'evt_01m7xr63cee52b9skadqbv3y6n',
    description: 'The `candidate.anonymized` that tells them; `null` when there is nobody to tell.',
  })
  anonymized_event_id: string | null;

  static of(erasure: Erasure): ErasureDto {
    return {
      events: erasure.events,
      attempts: erasure.attempts,
      inbound_requests: erasure.inboundRequests,
      cancelled_deliveries: erasure.cancelledDeliveries,
      subscriptions: erasure.recipients.map(({ id, name, url, partnerId }) => ({
        id: publicId('subscription', id),
        name,
        url,
        partner_id: partnerId && publicId('partner', partnerId),
      })),
      anonymized_event_id: erasure.anonymizedEventId && publicId('event', erasure.anonymizedEventId),
    };
  }
}
