import { Group, Stack } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { api, type Schema } from '../../api/client';
import { CopiedValue } from '../../components/copied-value';
import { ErasedNotice, ErasedTag } from '../../components/erased';
import { Facts } from '../../components/facts';
import { JsonView } from '../../components/json-view';
import { TextLink } from '../../components/links';
import { Notice } from '../../components/notice';
import { PageHeader } from '../../components/page-header';
import { Panel } from '../../components/panel';
import { QueryState } from '../../components/query-state';
import { SourceName } from '../../components/source-name';
import { Tag } from '../../components/tag';
import { TimeAgo } from '../../components/time-ago';
import { useCan } from '../../session/permissions';
import { EventDeliveries } from './event-deliveries';
import { EventDialects } from './event-dialects';
import { EventExplanation } from './event-explanation';
import { EventOrigin } from './event-origin';
import classes from './event-page.module.css';
import { ReplayButton } from './replay-button';

type Event = Schema<'EventDto'>;

const route = getRouteApi('/events/$id');
const POLL_MS = 2_000;

export function EventPage() {
  const { id } = route.useParams();
  const query = api.useQuery(
    'get',
    '/v1/events/{id}',
    { params: { path: { id } } },
    { refetchInterval: ({ state }) => hasPending(state.data) && POLL_MS },
  );
  return <QueryState query={query}>{(event) => <Shown event={event} />}</QueryState>;
}

function hasPending(event: Event | undefined): boolean {
  return event?.deliveries.some(({ status }) => status === 'pending') ?? false;
}

function Shown({ event }: { readonly event: Event }) {
  const may = useCan();
  const isErased = event.erased_at !== null;
  return (
    <>
      <PageHeader
        title={event.type}
        badge={
          <>
            {event.test && <Tag>test</Tag>}
            {isErased && <ErasedTag />}
          </>
        }
        description={<CopiedValue value={event.id} label="Copy the id of the event" />}
        back={<TextLink to="/events">Events</TextLink>}
        actions={may('replayEvent') && !isErased && <ReplayButton eventId={event.id} />}
      />
      {event.erased_at !== null && (
        <ErasedNotice at={event.erased_at}>That it happened, and to whom it was delivered, stays.</ErasedNotice>
      )}
      {event.warnings.length > 0 && (
        <Notice tone="warning" title="What a reader should know">
          {event.warnings.map((warning) => (
            <div key={warning}>{warning}</div>
          ))}
        </Notice>
      )}
      <div className={classes.columns}>
        <Stack gap="lg" miw={0}>
          <Panel title="About">
            <AboutEvent event={event} />
          </Panel>
          <EventDeliveries event={event} />
          {may('explainEvent') && may('listSubscriptions') && <EventExplanation eventId={event.id} />}
        </Stack>
        <Stack gap="lg" miw={0}>
          {!isErased && (
            <Panel title="Data" description="In the hub’s own words: every dialect is made from it.">
              <JsonView value={event.data} label="Data of the event" />
            </Panel>
          )}
          {Object.keys(event.extensions).length > 0 && (
            <Panel title="Extensions" description="What only one vendor knows, by dialect.">
              <JsonView value={event.extensions} label="Extensions of the event" maxHeight="short" />
            </Panel>
          )}
        </Stack>
      </div>
      {!isErased && <EventDialects eventId={event.id} />}
      {event.source.request_id !== null && may('getInboundRequest') && (
        <EventOrigin requestId={event.source.request_id} />
      )}
    </>
  );
}

function AboutEvent({ event }: { readonly event: Event }) {
  const { subject, actor, source } = event;
  const subjectLink = subject && (
    <Group gap="xs">
      <Tag>{subject.entity}</Tag>
      <TextLink to="/events" search={{ entity: subject.entity, entity_id: subject.id }} size="sm">
        {subject.id}
      </TextLink>
    </Group>
  );
  const actorText = actor && [actor.name, actor.email, actor.id].filter((part) => part !== undefined).join(', ');
  return (
    <Facts
      rows={[
        ['Happened', <TimeAgo key="at" at={event.occurred_at} />],
        ['Received', <TimeAgo key="at" at={event.received_at} />],
        ['Subject', subjectLink],
        ['By', actorText],
        ['From', <SourceName key="from" event={event} linked />],
        ['The vendor’s name', source.source_id !== null && source.type],
        ['The sender’s id', source.event_id],
        [
          'Inbound request',
          source.request_id !== null && source.source_id !== null && <RequestId origin={source} key="request" />,
        ],
      ]}
    />
  );
}

function RequestId({ origin }: { readonly origin: Event['source'] }) {
  const may = useCan();
  if (origin.request_id === null || !may('getInboundRequest')) return origin.request_id;
  return (
    <TextLink to="/inbound-requests/$id" params={{ id: origin.request_id }} size="sm">
      {origin.request_id}
    </TextLink>
  );
}
