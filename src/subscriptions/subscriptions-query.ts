import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { idFilter } from '../common/history-query.js';
import { PageQuery } from '../common/paging.js';
import type { SubscriptionStatus } from '../event-bus/internal-events.js';
import type { SubscriptionListFilter } from './own-subscriptions.js';
import { SUBSCRIPTION_STATUSES } from './subscription.dtos.js';

export class SubscriptionsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: SUBSCRIPTION_STATUSES })
  @IsOptional()
  @IsIn(SUBSCRIPTION_STATUSES)
  status?: SubscriptionStatus;

  @ApiPropertyOptional({
    enum: ['true', 'false'],
    description: '`true`: those that are not active, and those whose last calls failed.',
  })
  @IsOptional()
  @IsIn(['true', 'false'])
  ailing?: 'true' | 'false';

  @ApiPropertyOptional({ type: 'string', maxLength: 50, example: 'standard' })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(50)
  dialect?: string;

  @ApiPropertyOptional({ type: 'string', example: 'ptn_01m7xr63cee52b9skadqbv3y6n' })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  partner_id?: string;

  @ApiPropertyOptional({ type: 'string', maxLength: 200, description: 'In the name or the address; case is ignored.' })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  search?: string;
}

export function listFilterOf(query: SubscriptionsQuery): SubscriptionListFilter {
  const partnerId = idFilter('partner', 'partner_id', query.partner_id);
  return {
    ...(query.status !== undefined && { status: query.status }),
    ...(query.ailing !== undefined && { ailing: query.ailing === 'true' }),
    ...(query.dialect !== undefined && { dialect: query.dialect }),
    ...(partnerId !== null && { partnerId }),
    ...(query.search !== undefined && { search: query.search }),
  };
}
