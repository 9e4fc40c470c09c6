import {
  ApiExtraModels,
  ApiProperty,
  ApiPropertyOptional,
  getSchemaPath,
  OmitType,
  PartialType,
} from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsInt,
  IsNotEmpty,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { CanBeAbsent } from '../common/dto-fields.js';
import { FILTER_DESCRIPTION } from '../common/filter.js';
import type { JsonObject } from '../common/json.js';
import { publicId } from '../common/ids.js';
import type { SubscriptionStatus } from '../event-bus/internal-events.js';
import { AUTH_DTOS } from './subscription-auth.dtos.js';
import type { Subscription } from './subscription.entity.js';

export const SUBSCRIPTION_STATUSES = ['active', 'disabled', 'suspended', 'deactivated'] as const;

const URL_MISTAKE = 'must be the http or https address that events are sent to';

@ApiExtraModels(...AUTH_DTOS)
export class CreateSubscriptionDto {
  @ApiProperty({ type: 'string', maxLength: 2048, example: 'http://127.0.0.1:4000/webhooks' })
  @IsString({ message: URL_MISTAKE })
  @IsNotEmpty({ message: URL_MISTAKE })
  @MaxLength(2048)
  url: string;

  @ApiProperty({
    type: [String],
    example: ['application.*'],
    description:
      'Event names of the dialect, `*` for all that an ATS tells, in `standard` also `entity.*`; `hub.*` for what befalls subscriptions and deliveries.',
  })
  @IsArray({ message: 'must be an array of event names' })
  @ArrayMinSize(1, { message: 'must name at least one event' })
  @ArrayMaxSize(200)
  @IsString({ each: true })
  @MaxLength(200, { each: true })
  events: string[];

  @ApiPropertyOptional({
    type: 'string',
    default: 'standard',
    example: 'standard',
    description: 'See `GET /v1/dialects`.',
  })
  @CanBeAbsent()
  @IsString()
  @MaxLength(50)
  dialect?: string;

  @ApiPropertyOptional({ type: 'string', maxLength: 200, nullable: true, description: 'For people.' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  name?: string | null;

  @ApiPropertyOptional({ type: 'string', maxLength: 2000, nullable: true, description: 'For people.' })
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  description?: string | null;

  @ApiPropertyOptional({
    type: 'string',
    description:
      '16 to 256 printable ASCII characters; one that starts with `whsec_` goes on with base64 of 24 to 64 bytes. Absent: generated.',
  })
  @CanBeAbsent()
  @IsString()
  secret?: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    nullable: true,
    description: 'Sent with every call. Not `host`, `content-*`, `webhook-*`, nor what the dialect sets.',
    example: { 'x-tenant': 'acme' },
  })
  @IsOptional()
  @IsObject()
  headers?: Record<string, string> | null;

  @ApiPropertyOptional({
    oneOf: AUTH_DTOS.map((dto) => ({ $ref: getSchemaPath(dto) })),
    nullable: true,
    description: 'How the receiver recognises the hub, beside the signatures.',
  })
  @IsOptional()
  @IsObject()
  auth?: object | null;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1000,
    maximum: 60000,
    nullable: true,
    description: "For the whole exchange, in milliseconds. Absent: the dialect's own.",
  })
  @IsOptional()
  @IsInt()
  @Min(1_000)
  @Max(60_000)
  timeout_ms?: number | null;

  @ApiPropertyOptional({
    type: 'number',
    minimum: 0.01,
    maximum: 10_000,
    nullable: true,
    description: 'Calls a second, evenly spaced, over all workers. What is over it waits. Absent: no limit.',
  })
  @IsOptional()
  @IsNumber()
  @Min(0.01)
  @Max(10_000)
  rate_limit?: number | null;

  @ApiPropertyOptional({
    type: 'boolean',
    default: false,
    description: 'Also send signed upload and file addresses, which are credentials, in events of other dialects.',
  })
  @CanBeAbsent()
  @IsBoolean()
  include_files?: boolean;

  @ApiPropertyOptional({ ...FILTER_DESCRIPTION, nullable: true })
  @IsOptional()
  @IsObject()
  filter?: JsonObject | null;
}

export class UpdateSubscriptionDto extends PartialType(
  OmitType(CreateSubscriptionDto, ['dialect', 'secret'] as const),
  { skipNullProperties: false },
) {}

export class SubscriptionDto {
  @ApiProperty({ type: 'string', example: 'wh_01m7xr63cee52b9skadqbv3y6n' })
  id: string;
  @ApiProperty({ type: 'string', nullable: true, example: 'ptn_01m7xr63cee52b9skadqbv3y6n' })
  partner_id: string | null;
  @ApiProperty({ type: 'string', example: 'standard' })
  dialect: string;
  @ApiProperty({ type: 'string' })
  url: string;
  @ApiProperty({ type: [String] })
  events: string[];
  @ApiProperty({ type: 'string', nullable: true })
  name: string | null;
  @ApiProperty({ type: 'string', nullable: true })
  description: string | null;
  @ApiProperty({ enum: SUBSCRIPTION_STATUSES })
  status: SubscriptionStatus;
  @ApiProperty({ type: 'string', nullable: true })
  status_reason: string | null;
  @ApiProperty({ type: 'string', format: 'date-time' })
  status_changed_at: string;
  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'Since when calls have failed, the last one included; `null`: the last one did not.',
  })
  failing_since: string | null;
  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'While suspended: when the next probe goes out.',
  })
  suspended_until: string | null;
  @ApiProperty({
    enum: ['basic', 'bearer', 'header', 'hmac'],
    nullable: true,
    description: 'The kind of `auth` that is set; its values are not shown.',
  })
  auth_type: string | null;
  @ApiProperty({ type: [String], description: 'Names of the custom headers; their values are not shown.' })
  header_names: string[];
  @ApiProperty({ type: 'integer', nullable: true })
  timeout_ms: number | null;
  @ApiProperty({ type: 'number', nullable: true })
  rate_limit: number | null;
  @ApiProperty({ type: 'boolean' })
  include_files: boolean;
  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true })
  filter: object | null;
  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'When the receiver proved that it wants the calls, in dialects that ask; a new `url` is asked anew.',
  })
  confirmed_at: string | null;
  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'Until then the old secret is in use too.',
  })
  previous_secret_expires_at: string | null;
  @ApiProperty({ type: 'string', format: 'date-time' })
  created_at: string;
  @ApiProperty({ type: 'string', format: 'date-time' })
  updated_at: string;
  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'Of those in a list with `deleted`: when it was deleted. It gets nothing any more.',
  })
  deleted_at: string | null;
}

export class CreatedSubscriptionDto extends SubscriptionDto {
  @ApiProperty({ type: 'string', example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', description: 'Shown this once.' })
  secret: string;
}

export class SubscriptionPageDto {
  @ApiProperty({ type: [SubscriptionDto] })
  data: SubscriptionDto[];
  @ApiProperty({ type: 'string', nullable: true })
  next_cursor: string | null;
}

/** What of the sealed columns may be shown. */
export interface ShownCredentials {
  readonly authType: string | null;
  readonly headerNames: string[];
}

export function toSubscriptionDto(row: Subscription, shown: ShownCredentials): SubscriptionDto {
  return {
    id: publicId('subscription', row.id),
    partner_id: row.partnerId && publicId('partner', row.partnerId),
    dialect: row.dialect,
    url: row.url,
    events: row.events,
    name: row.name,
    description: row.description,
    status: row.status,
    status_reason: row.statusReason,
    status_changed_at: row.statusChangedAt.toISOString(),
    failing_since: row.failingSince?.toISOString() ?? null,
    suspended_until: row.suspendedUntil?.toISOString() ?? null,
    auth_type: shown.authType,
    header_names: shown.headerNames,
    timeout_ms: row.timeoutMs,
    rate_limit: row.rateLimit,
    include_files: row.includeFiles,
    filter: row.filter,
    confirmed_at: row.confirmedAt?.toISOString() ?? null,
    previous_secret_expires_at: row.previousSecretExpiresAt?.toISOString() ?? null,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
    deleted_at: row.deletedAt?.toISOString() ?? null,
  };
}
