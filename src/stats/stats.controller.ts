import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller, Roles } from '../accounts/caller.js';
import { ApiProblems } from '../common/api-problems.js';
import { idFilter } from '../common/history-query.js';
import { publicId } from '../common/ids.js';
import { toPage } from '../common/paging.js';
import { listFilterOf } from '../subscriptions/subscriptions-query.js';
import { SubscriptionsService } from '../subscriptions/subscriptions.service.js';
import { bucketsShown, subscriptionStatsOf, totalsOf } from './stats-answers.js';
import { StatsDto, StatsQuery, SubscriptionStatsPageDto, SubscriptionStatsQuery } from './stats.dtos.js';
import { rangeOf } from './stats-range.js';
import { StatsService } from './stats.service.js';

const MAX_BUCKETS = 1_500;
const MAX_BUCKETS_OF_EACH = 200;

@ApiTags('Statistics')
@ApiBearerAuth()
@ApiProblems('unauthorized', 'forbidden')
@Controller('v1/stats')
export class StatsController {
  constructor(
    private readonly stats: StatsService,
    private readonly subscriptions: SubscriptionsService,
  ) {}

  @Get()
  @Roles('admin', 'viewer', 'partner')
  @ApiOperation({
    summary: 'What was delivered, and how fast',
    description:
      "Counts by outcome over time, percentiles, what is owed now, and how subscriptions are. Counts are at most a few seconds behind. A partner's key sees what its own subscriptions got.",
    operationId: 'getStats',
  })
  @ApiOkResponse({ type: StatsDto })
  @ApiProblems('invalid_query', 'not_found')
  async read(@CurrentCaller() caller: Caller, @Query() query: StatsQuery): Promise<StatsDto> {
    const range = rangeOf(query, new Date(), MAX_BUCKETS);
    const id = idFilter('subscription', 'subscription_id', query.subscription_id);
    await this.stats.requireOwn(caller, id);
    const { total, buckets } = await this.stats.read(caller, id, range);
    const backlog = await this.stats.backlog(caller, id);
    const counts = await this.subscriptions.count(caller, id);
    return {
      since: range.since.toISOString(),
      until: range.until.toISOString(),
      bucket: range.grain,
      subscription_id: id && publicId('subscription', id),
      totals: totalsOf(total),
      buckets: bucketsShown(range, buckets),
      backlog: {
        pending: backlog.pending,
        due: backlog.due,
        oldest_due_at: backlog.oldestDueAt?.toISOString() ?? null,
      },
      subscriptions: { total: counts.active + counts.suspended + counts.disabled + counts.deactivated, ...counts },
    };
  }

  @Get('subscriptions')
  @Roles('admin', 'viewer', 'partner')
  @ApiOperation({
    summary: 'How each subscription has been',
    description:
      'The subscriptions that `GET /v1/subscriptions` lists, in that order, each with its attempts by outcome over time.',
    operationId: 'listSubscriptionStats',
  })
  @ApiOkResponse({ type: SubscriptionStatsPageDto })
  @ApiProblems('invalid_query')
  async list(
    @CurrentCaller() caller: Caller,
    @Query() query: SubscriptionStatsQuery,
  ): Promise<SubscriptionStatsPageDto> {
    const range = rangeOf(query, new Date(), MAX_BUCKETS_OF_EACH, 'hour');
    const rows = await this.subscriptions.list(caller, query, listFilterOf(query));
    const counted = await this.stats.ofEach(caller, rows.slice(0, query.limit), range);
    const shown = subscriptionStatsOf(rows, counted, range);
    return {
      since: range.since.toISOString(),
      until: range.until.toISOString(),
      bucket: range.grain,
      ...toPage(shown, query, 'subscription', ({ id: _id, ...one }) => one),
    };
  }
}
