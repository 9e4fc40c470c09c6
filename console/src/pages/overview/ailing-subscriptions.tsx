import { Text } from '@mantine/core';
import { IconHeartbeat } from '@tabler/icons-react';
import { api, type Schema } from '../../api/client';
import { breakable } from '../../components/breakable';
import { EmptyState } from '../../components/empty-state';
import { TextLink } from '../../components/links';
import { SubscriptionLink } from '../../components/resource-links';
import { formatCount } from '../../components/numbers';
import { Panel } from '../../components/panel';
import { QueryState } from '../../components/query-state';
import { StatusBadge } from '../../components/status-badge';
import { TimeAgo } from '../../components/time-ago';
import classes from './ailing-subscriptions.module.css';

type Subscription = Schema<'SubscriptionDto'>;

const MOST = 10;
const REFRESH_MS = 10_000;

/** The subscriptions that get nothing just now, or whose last calls failed: which, why and since when. */
export function AilingSubscriptions({ counts }: { readonly counts: Schema<'SubscriptionCountsDto'> }) {
  const list = api.useQuery(
    'get',
    '/v1/subscriptions',
    { params: { query: { ailing: 'true', limit: MOST } } },
    { refetchInterval: REFRESH_MS },
  );
  if (counts.total === 0) return null;
  const all = counts.failing + counts.suspended + counts.disabled + counts.deactivated;
  return (
    <Panel title="Subscriptions that need a look" description={sumUp(counts)}>
      <QueryState query={list}>
        {({ data }) =>
          data.length === 0 ? (
            <EmptyState icon={IconHeartbeat} title="All subscriptions are well">
              None is failing, suspended, disabled or deactivated.
            </EmptyState>
          ) : (
            <>
              <ul className={classes.list}>
                {data.map((subscription) => (
                  <Ailing key={subscription.id} subscription={subscription} />
                ))}
              </ul>
              {all > data.length && (
                <Text size="sm" c="dimmed" mt="sm">
                  The newest {data.length} of {formatCount(all)}.{' '}
                  <TextLink inherit underline="always" to="/subscriptions" search={{ ailing: 'true' }}>
                    See all
                  </TextLink>
                </Text>
              )}
            </>
          )
        }
      </QueryState>
    </Panel>
  );
}

function sumUp({ failing, suspended, disabled, deactivated }: Schema<'SubscriptionCountsDto'>): string | undefined {
  const parts = Object.entries({ failing, suspended, disabled, deactivated })
    .filter(([, count]) => count > 0)
    .map(([what, count]) => `${formatCount(count)} ${what}`);
  return parts.length === 0 ? undefined : parts.join(', ');
}

function Ailing({ subscription }: { readonly subscription: Subscription }) {
  const { id, name, url, status } = subscription;
  return (
    <li className={classes.row}>
      <div className={classes.name}>
        <SubscriptionLink id={id}>{breakable(name ?? url)}</SubscriptionLink>
        {name !== null && (
          <Text size="xs" c="dimmed" truncate>
            {url}
          </Text>
        )}
      </div>
      <div>
        <StatusBadge status={status === 'active' ? 'failing' : status} />
      </div>
      <div className={classes.why}>
        <Why subscription={subscription} />
      </div>
    </li>
  );
}

function Why({ subscription }: { readonly subscription: Subscription }) {
  const { status, status_reason: reason, status_changed_at: changedAt, failing_since: failingSince } = subscription;
  const { suspended_until: until } = subscription;
  if (status === 'active') {
    return failingSince === null ? null : (
      <>
        Calls fail; the first one failed <TimeAgo at={failingSince} />. They are tried again.
      </>
    );
  }
  return (
    <>
      {reason === null ? 'By hand' : `${reason.charAt(0).toUpperCase()}${reason.slice(1)}`}, <TimeAgo at={changedAt} />
      {until !== null && (
        <>
          . The next probe is due <TimeAgo at={until} />
        </>
      )}
      .
    </>
  );
}
