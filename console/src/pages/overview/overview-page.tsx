import { keepPreviousData } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { api } from '../../api/client';
import { PageHeader } from '../../components/page-header';
import { QueryState } from '../../components/query-state';
import { RangeTabs } from '../../components/range-tabs';
import { bucketOf, spanOf } from '../../components/time-range';
import { useNow } from '../../components/use-now';
import { useCan } from '../../session/permissions';
import { HomePage } from '../../shell/home-page';
import { AilingSubscriptions } from './ailing-subscriptions';
import { FirstSteps } from './first-steps';
import { KeyFigures } from './key-figures';
import { OverTime } from './over-time';

const route = getRouteApi('/');
const DEFAULT_RANGE = '24h';
const STATS_REFRESH_MS = 5_000;
const MINUTE_MS = 60_000;

/** Where everybody arrives; who may not see the numbers goes on to what they may see. */
export function OverviewPage() {
  const may = useCan();
  return may('getStats') ? <Overview /> : <HomePage />;
}

/** How the hub is doing: the page that an operator leaves open. */
function Overview() {
  const search = route.useSearch();
  const now = useNow(MINUTE_MS);
  const stats = api.useQuery(
    'get',
    '/v1/stats',
    { params: { query: { ...spanOf(search, now, DEFAULT_RANGE), bucket: bucketOf(search, DEFAULT_RANGE) } } },
    { placeholderData: keepPreviousData, refetchInterval: STATS_REFRESH_MS },
  );
  return (
    <>
      <PageHeader
        title="Overview"
        description="What was delivered, how fast, and what needs a look."
        actions={<RangeTabs search={search} fallback={DEFAULT_RANGE} />}
      />
      <FirstSteps subscriptions={stats.data?.subscriptions.total} />
      <QueryState query={stats}>
        {(data) => (
          <>
            <KeyFigures stats={data} />
            <OverTime stats={data} show={search.show === 'calls' ? 'calls' : 'deliveries'} as={search.as} />
            <AilingSubscriptions counts={data.subscriptions} />
          </>
        )}
      </QueryState>
    </>
  );
}
