import { Stack, Text } from '@mantine/core';
import type { Schema } from '../api/client';
import { useCan } from '../session/permissions';
import { Facts } from './facts';
import { HeadersView } from './headers-view';
import classes from './inbound-request-view.module.css';
import { JsonView } from './json-view';
import { Notice } from './notice';
import { formatCount } from './numbers';
import { EventLink } from './resource-links';
import { StatusBadge } from './status-badge';
import { TimeAgo } from './time-ago';

type InboundRequest = Schema<'InboundRequestDto'>;

interface Props {
  readonly request: InboundRequest;
  /** Where there is no room for headers and body side by side. */
  readonly isNarrow?: boolean;
}

/** A call to a source: what became of it, and what it said. */
export function InboundRequestView({ request, isNarrow = false }: Props) {
  return (
    <Stack gap="md">
      <VerdictReason request={request} />
      <Facts
        rows={[
          ['Verdict', <StatusBadge key="verdict" status={request.verdict} />],
          ['Answered', String(request.answer_status)],
          ['Received', <TimeAgo key="at" at={request.received_at} />],
          ['Called from', request.address],
          ['Address of', request.segment],
          ['Events', request.event_ids.length > 0 && <Events ids={request.event_ids} />],
          ['Body', `${formatCount(request.body_bytes)} bytes`],
        ]}
      />
      <div className={classes.parts} data-narrow={isNarrow}>
        <section>
          <Text component="h3" fw={600} size="sm" mb={6}>
            Headers
          </Text>
          <HeadersView headers={request.headers} label="Headers as received" />
        </section>
        <section>
          <Text component="h3" fw={600} size="sm" mb={6}>
            Body
          </Text>
          {request.body === '' ? (
            <Text size="sm" c="dimmed">
              {request.body_bytes === 0 ? 'It had none.' : 'It is not kept: too large, or of somebody who was erased.'}
            </Text>
          ) : (
            <JsonView value={request.body} label="Body as received" />
          )}
        </section>
      </div>
    </Stack>
  );
}

function VerdictReason({ request: { verdict, reason } }: { readonly request: InboundRequest }) {
  if (reason === null) return null;
  if (verdict === 'fetching') {
    return (
      <Notice tone="warning" title="The vendor is asked for the rest">
        {reason}
      </Notice>
    );
  }
  const title = verdict === 'unreadable' ? 'It could not be read' : 'It was refused';
  return (
    <Notice tone="bad" title={title}>
      {reason}
    </Notice>
  );
}

function Events({ ids }: { readonly ids: readonly string[] }) {
  const may = useCan();
  return ids.map((id) => <div key={id}>{may('getEvent') ? <EventLink id={id} /> : id}</div>);
}
