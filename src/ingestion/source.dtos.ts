import {
  ApiExtraModels,
  ApiProperty,
  ApiPropertyOptional,
  getSchemaPath,
  OmitType,
  PartialType,
} from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import type { SourceAuth } from '../ats/inbound.js';
import { CanBeAbsent } from '../common/dto-fields.js';
import { publicId } from '../common/ids.js';
import { BasicAuthDto, BearerAuthDto, HeaderAuthDto, HmacAuthDto } from '../subscriptions/subscription-auth.dtos.js';
import {
  INBOUND_VERDICTS,
  type InboundRequestRow,
  type InboundVerdict,
  type Source,
  type SourceStatus,
} from './source.entities.js';

export class HookSecretAuthDto {
  @ApiProperty({
    enum: ['hook_secret'],
    description: 'Every call carries the `X-Hook-Secret` of the first, confirming one.',
  })
  type: 'hook_secret';
}

export class FetchDto {
  @ApiProperty({ type: 'string', example: 'https://vendor.example.com', description: "The vendor's base address." })
  @IsString()
  @MaxLength(2048)
  base_url: string;

  @ApiProperty({ type: 'string', maxLength: 200 })
  @IsString()
  @MaxLength(200)
  @Matches(/^[^:]*$/, { message: 'must not hold a colon' })
  username: string;

  @ApiProperty({ type: 'string', maxLength: 500 })
  @IsString()
  @MaxLength(500)
  password: string;
}

const AUTH_DTOS = [BasicAuthDto, BearerAuthDto, HeaderAuthDto, HmacAuthDto, HookSecretAuthDto];

@ApiExtraModels(...AUTH_DTOS)
export class CreateSourceDto {
  @ApiProperty({ type: 'string', example: 'standard', description: 'How the vendor talks: see `GET /v1/dialects`.' })
  @IsString()
  @MaxLength(50)
  dialect: string;

  @ApiProperty({ type: 'string', maxLength: 200, example: 'Our ATS, production' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  name: string;

  @ApiPropertyOptional({
    type: 'string',
    description: 'What the vendor signs with. Absent: generated, where the vendor signs.',
  })
  @CanBeAbsent()
  @IsString()
  secret?: string;

  @ApiPropertyOptional({
    oneOf: AUTH_DTOS.map((dto) => ({ $ref: getSchemaPath(dto) })),
    nullable: true,
    description: 'How the vendor is recognised, beside or instead of a signature of its own.',
  })
  @IsOptional()
  @IsObject()
  auth?: SourceAuth | null;

  @ApiPropertyOptional({
    type: FetchDto,
    nullable: true,
    description: 'Where thin events are completed, in dialects that have them.',
  })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => FetchDto)
  fetch?: FetchDto | null;

  @ApiPropertyOptional({
    type: [String],
    example: ['NewApplication=application.submitted'],
    description: '`Name=canonical.type`: events that the vendor has beyond its document, in dialects that allow it.',
  })
  @CanBeAbsent()
  @IsArray()
  @ArrayMaxSize(100)
  @IsString({ each: true })
  @MaxLength(300, { each: true })
  events?: string[];
}

export class UpdateSourceDto extends PartialType(OmitType(CreateSourceDto, ['dialect', 'secret'] as const), {
  skipNullProperties: false,
}) {
  @ApiPropertyOptional({
    type: 'string',
    description: 'What the vendor signs with, for a source that has none and comes to need one.',
  })
  @CanBeAbsent()
  @IsString()
  secret?: string;

  @ApiPropertyOptional({ enum: ['active', 'disabled'] })
  @CanBeAbsent()
  @IsIn(['active', 'disabled'])
  status?: SourceStatus;
}

export class RotateSourceSecretDto {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: 168,
    default: 24,
    description: 'For so long the old secret is good too.',
  })
  @CanBeAbsent()
  @IsInt()
  @Min(0)
  @Max(168)
  overlap_hours?: number;

  @ApiPropertyOptional({ type: 'string', description: 'Absent: generated.' })
  @CanBeAbsent()
  @IsString()
  secret?: string;
}

export class IngestUrlsDto {
  @ApiProperty({
    type: 'string',
    nullable: true,
    description:
      'What to paste at the vendor; `null` where there is one address per event. A `viewer` sees it with `***` for its token.',
  })
  ingest_url: string | null;
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    nullable: true,
    description: "By the vendor's event name; masked for a `viewer` too.",
  })
  ingest_urls: Record<string, string> | null;
}

export class LastRequestDto {
  @ApiProperty({ type: 'string', example: 'req_01m7xr63cee52b9skadqbv3y6n' })
  id: string;
  @ApiProperty({ enum: INBOUND_VERDICTS })
  verdict: InboundVerdict;
  @ApiProperty({ type: 'string', format: 'date-time' })
  received_at: string;
}

export class SourceDto extends IngestUrlsDto {
  @ApiProperty({ type: 'string', example: 'src_01m7xr63cee52b9skadqbv3y6n' })
  id: string;
  @ApiProperty({ type: 'string', example: 'standard' })
  dialect: string;
  @ApiProperty({ type: 'string' })
  name: string;
  @ApiProperty({ enum: ['active', 'disabled'] })
  status: SourceStatus;
  @ApiProperty({ type: 'boolean', description: 'Whether a signing secret is set.' })
  has_secret: boolean;
  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'The kind of `auth` that is set; its values are not shown.',
  })
  auth_type: string | null;
  @ApiProperty({ type: 'string', nullable: true, description: 'The base address of `fetch`; its login is not shown.' })
  fetch_base_url: string | null;
  @ApiProperty({ type: [String] })
  events: string[];
  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'Until then the old secret is good too.',
  })
  previous_secret_expires_at: string | null;
  @ApiProperty({ type: LastRequestDto, nullable: true, description: 'The last call it got; `null`: none yet.' })
  last_request: LastRequestDto | null;
  @ApiProperty({ type: 'string', format: 'date-time' })
  created_at: string;
  @ApiProperty({ type: 'string', format: 'date-time' })
  updated_at: string;
}

export class CreatedSourceDto extends SourceDto {
  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'Shown this once; `null` where the vendor signs nothing.',
  })
  secret: string | null;
}

export class SourcePageDto {
  @ApiProperty({ type: [SourceDto] })
  data: SourceDto[];
  @ApiProperty({ type: 'string', nullable: true })
  next_cursor: string | null;
}

export interface ShownSource extends IngestUrlsDto {
  readonly source: Source;
  readonly authType: string | null;
  readonly fetchBaseUrl: string | null;
  readonly last: LastRequest | null;
}

export type LastRequest = Pick<InboundRequestRow, 'id' | 'sourceId' | 'verdict' | 'receivedAt'>;

export function toSourceDto({ source, last, ...shown }: ShownSource): SourceDto {
  const { authType, fetchBaseUrl, ingest_url, ingest_urls } = shown;
  return {
    id: publicId('source', source.id),
    dialect: source.dialect,
    name: source.name,
    status: source.status,
    ingest_url,
    ingest_urls,
    has_secret: source.secret !== null,
    auth_type: authType,
    fetch_base_url: fetchBaseUrl,
    events: source.events,
    previous_secret_expires_at: source.previousSecretExpiresAt?.toISOString() ?? null,
    last_request: last && {
      id: publicId('inboundRequest', last.id),
      verdict: last.verdict,
      received_at: last.receivedAt.toISOString(),
    },
    created_at: source.createdAt.toISOString(),
    updated_at: source.updatedAt.toISOString(),
  };
}
