import { Group, Loader, Stack, Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { api, type Schema } from '../../api/client';
import { CopiedValue } from '../../components/copied-value';
import { Facts } from '../../components/facts';
import { TextLink } from '../../components/links';
import { formatCount } from '../../components/numbers';
import { PageHeader } from '../../components/page-header';
import { Panel } from '../../components/panel';
import { QueryState } from '../../components/query-state';
import { EventLink, SubscriptionLink } from '../../components/resource-links';
import { StatusBadge } from '../../components/status-badge';
import { TimeAgo } from '../../components/time-ago';
import { useCan } from '../../session/permissions';

type Erasure = Schema<'ErasureDto'>;

const route = getRouteApi('/erasures/$id');
const POLL_MS = 1_000;

/** How far an erasure is, and what it came to. */
export function ErasurePage() {
  const { id } = route.useParams();
  const query = api.useQuery(
    'get',
    '/v1/erasures/{id}',
    { params: { path: { id } } },
    { refetchInterval: ({ state }) => state.data?.status === 'running' && POLL_MS },
  );
  return <QueryState query={query}>{(erasure) => <Shown erasure={erasure} />}</QueryState>;
}

function Shown({ erasure }: { readonly erasure: Erasure }) {
  const may = useCan();
  return (
    <>
      <PageHeader
        title={`Erasure of a person (${erasure.entity})`}
        badge={<StatusBadge status={erasure.status} />}
        description={<CopiedValue value={erasure.id} label="Copy the id of the erasure" />}
        back={<TextLink to="/erasures">{may('eraseSubject') ? 'Erase a person' : 'Erasures'}</TextLink>}
      />
      {erasure.status === 'running' && (
        <Group gap="sm" role="status">
          <Loader type="dots" />
          <Text size="sm">It goes on in the background, whether you stay here or not. This page follows it.</Text>
        </Group>
      )}
      <Panel title="What is gone">
        <Facts
          longTerms
          rows={[
            ['Events blanked', formatCount(erasure.events)],
            ['Webhook calls without their bodies', formatCount(erasure.attempts)],
            ['Inbound requests blanked', formatCount(erasure.inbound_requests)],
            ['Pending deliveries cancelled', formatCount(erasure.cancelled_deliveries)],
            ['Mentions in the audit log masked', formatCount(erasure.audit_entries)],
            ['Begun', <TimeAgo key="begun" at={erasure.created_at} />],
            ['Done', erasure.finished_at !== null && <TimeAgo key="done" at={erasure.finished_at} />],
            ['Hash of the id', erasure.id_hash],
          ]}
        />
      </Panel>
      <Told erasure={erasure} />
    </>
  );
}

function Told({
  erasure: { subscription_ids: ids, anonymized_event_id: notice, status },
}: {
  readonly erasure: Erasure;
}) {
  return (
    <Panel title="Who was told something" description="What these receivers keep is theirs to delete.">
      <Stack gap="xs">
        {ids.length === 0 && (
          <Text size="sm" c="dimmed">
            {status === 'running' ? 'Nobody is known yet.' : 'Nobody: there is no receiver to ask.'}
          </Text>
        )}
        {ids.map((id) => (
          <div key={id}>
            <SubscriptionLink id={id} />
          </div>
        ))}
        {notice !== null && (
          <Text size="sm">
            Those of them that are still there, and whose dialect has a name for it, are told with{' '}
            <EventLink id={notice}>candidate.anonymized</EventLink>.
          </Text>
        )}
      </Stack>
    </Panel>
  );
}
