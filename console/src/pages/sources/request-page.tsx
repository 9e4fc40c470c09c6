import { getRouteApi } from '@tanstack/react-router';
import { api, type Schema } from '../../api/client';
import { CopiedValue } from '../../components/copied-value';
import { InboundRequestView } from '../../components/inbound-request-view';
import { TextLink } from '../../components/links';
import { PageHeader } from '../../components/page-header';
import { Panel } from '../../components/panel';
import { QueryState } from '../../components/query-state';
import { StatusBadge } from '../../components/status-badge';

type InboundRequest = Schema<'InboundRequestDto'>;

const route = getRouteApi('/inbound-requests/$id');
const POLL_MS = 2_000;

/** One call to a source, as it came. */
export function RequestPage() {
  const { id } = route.useParams();
  const query = api.useQuery(
    'get',
    '/v1/inbound-requests/{id}',
    { params: { path: { id } } },
    { refetchInterval: ({ state }) => state.data?.verdict === 'fetching' && POLL_MS },
  );
  return <QueryState query={query}>{(request) => <Shown request={request} />}</QueryState>;
}

function Shown({ request }: { readonly request: InboundRequest }) {
  const { id, source_id: sourceId, verdict } = request;
  const source = api.useQuery('get', '/v1/sources/{id}', { params: { path: { id: sourceId } } });
  return (
    <>
      <PageHeader
        title="Inbound request"
        badge={<StatusBadge status={verdict} />}
        description={<CopiedValue value={id} label="Copy the id of the request" />}
        back={
          source.data ? (
            <TextLink to="/sources/$id" params={{ id: sourceId }}>
              {source.data.name}
            </TextLink>
          ) : (
            <TextLink to="/sources">Sources</TextLink>
          )
        }
      />
      <Panel>
        <InboundRequestView request={request} />
      </Panel>
    </>
  );
}
