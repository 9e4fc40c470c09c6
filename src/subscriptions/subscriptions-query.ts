import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { idFilter } from '../common/history-query.js';
import { parsePublicId } from '../common/ids.js';
import { PageQuery } from '../common/paging.js';
import { Problem } from '../common/problem.js';
import type { SubscriptionStatus } from '../event-bus/internal-events.js';
import type { SubscriptionListFilter } from './own-subscriptions.js';
import { SUBSCRIPTION_STATUSES } from './subscription.dtos.js';

const MOST_IDS = 100;

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

  @ApiPropertyOptional({
    type: 'string',
    example: 'wh_01m7xr63cee52b9skadqbv3y6n,wh_01m7xr63cee52b9skadqbv3y6p',
    description: `Only these: up to ${MOST_IDS} ids, with commas between them.`,
  })
  @IsOptional()
  @IsString()
  @MaxLength(MOST_IDS * 40)
  ids?: string;

  @ApiPropertyOptional({
    enum: ['true', 'false'],
    description: '`true`: deleted ones, too. The history still speaks of them.',
  })
  @IsOptional()
  @IsIn(['true', 'false'])
  deleted?: 'true' | 'false';
}

function idsOf(text: string): string[] {
  const ids = text.split(',').map((id) => parsePublicId('subscription', id.trim()));
  const known = ids.filter((id) => id !== null);
  if (known.length === ids.length && known.length <= MOST_IDS) return known;
  const message = `must be up to ${MOST_IDS} ids of subscriptions (wh_…) with commas between them`;
  throw new Problem('invalid_query', `ids ${message}.`, [{ field: 'ids', message }]);
}

export function listFilterOf(query: SubscriptionsQuery): SubscriptionListFilter {
  const partnerId = idFilter('partner', 'partner_id', query.partner_id);
  return {
    ...(query.status !== undefined && { status: query.status }),
    ...(query.ailing !== undefined && { ailing: query.ailing === 'true' }),
    ...(query.dialect !== undefined && { dialect: query.dialect }),
    ...(partnerId !== null && { partnerId }),
    ...(query.search !== undefined && { search: query.search }),
    ...(query.ids !== undefined && { ids: idsOf(query.ids) }),
    ...(query.deleted !== undefined && { deleted: query.deleted === 'true' }),
  };
}
