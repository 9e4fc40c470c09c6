import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** The kinds of `auth`, for OpenAPI; `subscription-auth.ts` checks them. */

export class BasicAuthDto {
  @ApiProperty({ enum: ['basic'] })
  type: 'basic';
  @ApiProperty({ type: 'string' })
  username: string;
  @ApiProperty({ type: 'string' })
  password: string;
}

export class BearerAuthDto {
  @ApiProperty({ enum: ['bearer'] })
  type: 'bearer';
  @ApiProperty({ type: 'string' })
  token: string;
}

export class HeaderAuthDto {
  @ApiProperty({ enum: ['header'] })
  type: 'header';
  @ApiProperty({ type: 'string', example: 'x-api-key' })
  name: string;
  @ApiProperty({ type: 'string' })
  value: string;
}

export class HmacAuthDto {
  @ApiProperty({ enum: ['hmac'] })
  type: 'hmac';
  @ApiProperty({ type: 'string', example: 'x-signature' })
  header: string;
  @ApiProperty({ enum: ['hex', 'base64'] })
  encoding: 'hex' | 'base64';
  @ApiPropertyOptional({ type: 'string', example: 'sha256=' })
  prefix?: string;
}

export const AUTH_DTOS = [BasicAuthDto, BearerAuthDto, HeaderAuthDto, HmacAuthDto];
