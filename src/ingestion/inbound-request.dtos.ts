import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { publicId } from '../common/ids.js';
import { PageQuery } from '../common/paging.js';
import { INBOUND_VERDICTS, type InboundRequestRow, type InboundVerdict } from './source.entities.js';

export class InboundRequestsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: INBOUND_VERDICTS })
  @IsOptional()
  @IsIn(INBOUND_VERDICTS)
  verdict?: InboundVerdict;
}

export class InboundRequestDto {
  @ApiProperty({ type: 'string', example: 'req_01m7xr63cee52b9skadqbv3y6n' })
  id: string;
  @ApiProperty({ type: 'string', example: 'src_01m7xr63cee52b9skadqbv3y6n' })
  source_id: string;
  @ApiProperty({ enum: INBOUND_VERDICTS })
  verdict: InboundVerdict;
  @ApiProperty({ type: 'string', nullable: true, description: 'Why it was refused, or why the last fetch failed.' })
  reason: string | null;
  @ApiProperty({ type: 'integer', example: 200 })
  answer_status: number;
  @ApiProperty({
    type: [String],
    description: 'The events it brought, once each; of a repeated one, the event that it repeats.',
  })
  event_ids: string[];
  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'The last segment of the address, where there is one per event.',
  })
  segment: string | null;
  @ApiProperty({ type: 'string', nullable: true })
  address: string | null;
  @ApiProperty({
    type: 'object',
    additionalProperties: { oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
    description: 'Credentials are masked.',
  })
  headers: Record<string, string | string[]>;
  @ApiProperty({
    type: 'string',
    description: 'As it came; of a refused call the first 64 KiB, of an oversized one nothing.',
  })
  body: string;
  @ApiProperty({ type: 'integer' })
  body_bytes: number;
  @ApiProperty({ type: 'string', format: 'date-time' })
  received_at: string;

  static of(row: InboundRequestRow): InboundRequestDto {
    return {
      id: publicId('inboundRequest', row.id),
      source_id: publicId('source', row.sourceId),
      verdict: row.verdict,
      reason: row.reason,
      answer_status: row.answerStatus,
      event_ids: row.eventIds.map((id) => publicId('event', id)),
      segment: row.segment,
      address: row.address,
      headers: row.headers,
      body: row.body.toString('utf8'),
      body_bytes: row.bodyBytes,
      received_at: row.receivedAt.toISOString(),
    };
  }
}

export class InboundRequestPageDto {
  @ApiProperty({ type: [InboundRequestDto] })
  data: InboundRequestDto[];
  @ApiProperty({ type: 'string', nullable: true })
  next_cursor: string | null;
}
