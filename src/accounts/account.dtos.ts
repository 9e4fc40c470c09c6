import { ApiProperty, ApiPropertyOptional, PickType, PartialType } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsNotEmpty,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
} from 'class-validator';
import { CanBeAbsent, IsInstant } from '../common/dto-fields.js';
import { FILTER_DESCRIPTION } from '../common/filter.js';
import type { JsonObject } from '../common/json.js';
import { publicId } from '../common/ids.js';
import { type Account, type ApiKey, type Partner, type PartnerStatus, type Role, ROLES } from './account.entities.js';

const EVENT_TYPE_PATTERN = /^(\*|[a-z0-9_]+\.\*|[a-z0-9_]+(\.[a-z0-9_-]+)+)$/;

export class CreateAccountDto {
  @ApiProperty({ type: 'string', maxLength: 200, example: 'Acme Recruiting' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  name: string;
}

export class CreateApiKeyDto {
  @ApiProperty({ type: 'string', maxLength: 200, example: 'Payroll partner, production' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  name: string;

  @ApiProperty({ enum: ROLES, example: 'producer' })
  @IsIn(ROLES)
  role: Role;

  @ApiPropertyOptional({
    type: 'string',
    example: 'ptn_01m7xr63cee52b9skadqbv3y6n',
    description: 'Required for role `partner`.',
  })
  @CanBeAbsent()
  @IsString()
  @MaxLength(40)
  partner_id?: string;

  @ApiPropertyOptional({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'After it the key is refused; `null` or absent: never.',
  })
  @IsOptional()
  @IsInstant()
  expires_at?: string | null;
}

export class ApiKeyDto {
  @ApiProperty({ type: 'string', example: 'key_01m7xr63cee52b9skadqbv3y6n' })
  id: string;
  @ApiProperty({ type: 'string' })
  name: string;
  @ApiProperty({ enum: ROLES })
  role: Role;
  @ApiProperty({ type: 'string', nullable: true })
  partner_id: string | null;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  expires_at: string | null;
  @ApiProperty({ type: 'string', format: 'date-time' })
  created_at: string;
  @ApiProperty({ type: 'string', nullable: true, description: 'Why you cannot delete it; `null`: you can.' })
  kept_because: string | null;

  static of(row: ApiKey, keptBecause: string | null): ApiKeyDto {
    return {
      id: publicId('apiKey', row.id),
      name: row.name,
      role: row.role,
      partner_id: row.partnerId && publicId('partner', row.partnerId),
      expires_at: row.expiresAt?.toISOString() ?? null,
      created_at: row.createdAt.toISOString(),
      kept_because: keptBecause,
    };
  }
}

export class CreatedApiKeyDto extends ApiKeyDto {
  @ApiProperty({ type: 'string', description: 'The key itself. Shown this once; only its hash is kept.' })
  key: string;
}

export class ApiKeyPageDto {
  @ApiProperty({ type: [ApiKeyDto] })
  data: ApiKeyDto[];
  @ApiProperty({ type: 'string', nullable: true })
  next_cursor: string | null;
}

export class AccountDto {
  @ApiProperty({ type: 'string', example: 'acc_01m7xr63cee52b9skadqbv3y6n' })
  id: string;
  @ApiProperty({ type: 'string' })
  name: string;
  @ApiProperty({ type: 'string', format: 'date-time' })
  created_at: string;

  static of(account: Account): AccountDto {
    return { id: publicId('account', account.id), name: account.name, created_at: account.createdAt.toISOString() };
  }
}

export class FirstKeyDto extends PickType(CreatedApiKeyDto, ['id', 'key', 'role'] as const) {}

export class CreatedAccountDto extends AccountDto {
  @ApiProperty({ type: FirstKeyDto })
  api_key: FirstKeyDto;
}

export class AccountPageDto {
  @ApiProperty({ type: [AccountDto] })
  data: AccountDto[];
  @ApiProperty({ type: 'string', nullable: true })
  next_cursor: string | null;
}

export class CreatePartnerDto {
  @ApiProperty({ type: 'string', maxLength: 200, example: 'Payroll Inc.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  name: string;

  @ApiPropertyOptional({
    type: [String],
    nullable: true,
    example: ['application.*', 'employee.created'],
    description: 'Canonical event types, `entity.*` or `*` that it may receive; `null` or absent: all.',
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(200)
  @Matches(EVENT_TYPE_PATTERN, { each: true, message: 'each must be a canonical event type, "entity.*" or "*"' })
  event_types?: string[] | null;

  @ApiPropertyOptional({
    type: [String],
    nullable: true,
    description: 'Sources of the account that it may receive from; `null` or absent: all.',
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(200)
  @IsString({ each: true })
  source_ids?: string[] | null;

  @ApiPropertyOptional({ ...FILTER_DESCRIPTION, nullable: true })
  @IsOptional()
  @IsObject()
  filter?: JsonObject | null;

  @ApiPropertyOptional({
    enum: ['active', 'disabled'],
    default: 'active',
    description: 'Disabling it disables its subscriptions; its keys are refused.',
  })
  @CanBeAbsent()
  @IsIn(['active', 'disabled'])
  status?: PartnerStatus;
}

export class UpdatePartnerDto extends PartialType(CreatePartnerDto, { skipNullProperties: false }) {}

export class PartnerDto {
  @ApiProperty({ type: 'string', example: 'ptn_01m7xr63cee52b9skadqbv3y6n' })
  id: string;
  @ApiProperty({ type: 'string' })
  name: string;
  @ApiProperty({ type: [String], nullable: true })
  event_types: string[] | null;
  @ApiProperty({ type: [String], nullable: true })
  source_ids: string[] | null;
  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true })
  filter: object | null;
  @ApiProperty({ enum: ['active', 'disabled'] })
  status: PartnerStatus;
  @ApiProperty({ type: 'string', format: 'date-time' })
  created_at: string;

  static of(partner: Partner): PartnerDto {
    return {
      id: publicId('partner', partner.id),
      name: partner.name,
      event_types: partner.eventTypes,
      source_ids: partner.sourceIds?.map((id) => publicId('source', id)) ?? null,
      filter: partner.filter,
      status: partner.status,
      created_at: partner.createdAt.toISOString(),
    };
  }
}

export class PartnerPageDto {
  @ApiProperty({ type: [PartnerDto] })
  data: PartnerDto[];
  @ApiProperty({ type: 'string', nullable: true })
  next_cursor: string | null;
}

export class OwnKeyDto extends PickType(ApiKeyDto, ['id', 'name'] as const) {}

export class MeDto {
  @ApiProperty({ type: AccountDto })
  account: AccountDto;
  @ApiProperty({ enum: ROLES })
  role: Role;
  @ApiProperty({ type: PartnerDto, nullable: true })
  partner: PartnerDto | null;
  @ApiProperty({ type: OwnKeyDto })
  api_key: OwnKeyDto;
}
