import { api } from '../../api/client';
import { InboundRequestView } from '../../components/inbound-request-view';
import { LinkButton } from '../../components/links';
import { Panel } from '../../components/panel';
import { QueryState } from '../../components/query-state';

/** The vendor's call as it came in. */
export function EventOrigin({ requestId }: { readonly requestId: string }) {
  const query = api.useQuery('get', '/v1/inbound-requests/{id}', { params: { path: { id: requestId } } });
  return (
    <Panel
      title="Where it came from"
      description="The call to your source, as the vendor made it."
      actions={
        <LinkButton to="/inbound-requests/$id" params={{ id: requestId }} size="xs" variant="default">
          Open the request
        </LinkButton>
      }
    >
      <QueryState query={query}>{(request) => <InboundRequestView request={request} />}</QueryState>
    </Panel>
  );
}
