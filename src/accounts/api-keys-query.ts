import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { PageQuery } from '../common/paging.js';

export class ApiKeysQuery extends PageQuery {
  @ApiPropertyOptional({
    type: 'string',
    example: 'ptn_01m7xr63cee52b9skadqbv3y6n',
    description: 'Those of a partner.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  partner_id?: string;
}
