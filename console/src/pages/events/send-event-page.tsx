import { Button, Group, Select, Stack, Text } from '@mantine/core';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { api, refresh, type Schema } from '../../api/client';
import { listedProblems } from '../../api/problem';
import { Facts } from '../../components/facts';
import { Form } from '../../components/form';
import { isJson, JsonEditor } from '../../components/json-editor';
import { LinkButton, TextLink } from '../../components/links';
import { Notice } from '../../components/notice';
import { notifyProblem } from '../../components/notify';
import { countOf } from '../../components/numbers';
import { PageHeader } from '../../components/page-header';
import { Panel } from '../../components/panel';
import { QueryState } from '../../components/query-state';
import { happeningNow } from '../../components/examples';
import { useCan } from '../../session/permissions';

type EventType = Schema<'EventTypeDto'>;
type Acceptance = Schema<'AcceptanceDto'>;

const route = getRouteApi('/events/new');
const FIRST = 'application.submitted';

/** Sends an event by hand: to try a subscription, or to tell what an ATS did not. */
export function SendEventPage() {
  const may = useCan();
  const types = api.useQuery('get', '/v1/event-types', {}, { staleTime: Infinity });
  return (
    <>
      <PageHeader
        title="Send an event"
        description="As a program would with POST /v1/events: it is delivered to every subscription that asks for it."
        back={may('listEvents') && <TextLink to="/events">Events</TextLink>}
      />
      <QueryState query={types}>{({ data }) => <Chooser types={data} />}</QueryState>
    </>
  );
}

function Chooser({ types }: { readonly types: readonly EventType[] }) {
  const search = route.useSearch();
  const navigate = useNavigate();
  const chosen = types.find(({ type }) => type === (search.type ?? FIRST)) ?? types[0];
  if (!chosen) return null;
  return (
    <Panel>
      <Stack gap="lg">
        <Select
          label="Event type"
          description={chosen.description}
          data={types.map(({ type }) => type)}
          value={chosen.type}
          onChange={(type) => type !== null && void navigate({ to: '.', search: { type }, replace: true })}
          searchable
          allowDeselect={false}
          maw={420}
        />
        <Editor key={chosen.type} eventType={chosen} />
      </Stack>
    </Panel>
  );
}

function Editor({ eventType }: { readonly eventType: EventType }) {
  const [example] = useState(() => JSON.stringify(happeningNow(eventType.example), null, 2));
  const [text, setText] = useState(example);
  const [sent, setSent] = useState<Acceptance | null>(null);
  const send = api.useMutation('post', '/v1/events', {
    onSuccess: (acceptance) => {
      setSent(acceptance);
      return refresh('/v1/events', '/v1/deliveries', '/v1/attempts');
    },
    onError: (error) => {
      setSent(null);
      if (listedProblems(error).length === 0) notifyProblem(error);
    },
  });
  const change = (next: string) => {
    setText(next);
    send.reset();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send.mutate({ body: JSON.parse(text) as Schema<'EventInputDto'> });
  };
  return (
    <Form refusal={send.error} onSubmit={submit}>
      <Stack gap="md">
        <JsonEditor
          label="The event"
          description="An example that is accepted as it is. Its type may also be custom.<name>; an id of your own makes it safe to send twice."
          value={text}
          onChange={change}
          problems={listedProblems(send.error)}
        />
        <Group gap="xs">
          <Button type="submit" loading={send.isPending} disabled={!isJson(text)}>
            Send
          </Button>
          <Button variant="default" disabled={text === example} onClick={() => change(example)}>
            Back to the example
          </Button>
        </Group>
        {sent && <Sent acceptance={sent} />}
      </Stack>
    </Form>
  );
}

function Sent({ acceptance: { id, type, deliveries, erased } }: { readonly acceptance: Acceptance }) {
  const may = useCan();
  return (
    <Notice tone="good" role="status" title="Accepted">
      <Stack gap="sm" mt="xs">
        <Facts
          rows={[
            [
              'Event',
              may('getEvent') ? (
                <TextLink key="id" to="/events/$id" params={{ id }} size="sm">
                  {id}
                </TextLink>
              ) : (
                id
              ),
            ],
            ['Type', type],
            ['Deliveries', deliveriesOf(deliveries, erased)],
          ]}
        />
        {may('getEvent') && (
          <div>
            <LinkButton to="/events/$id" params={{ id }} size="xs" variant="default">
              Follow it
            </LinkButton>
          </div>
        )}
        {deliveries === 0 && !erased && (
          <Text size="sm" c="dimmed">
            Make a subscription that asks for {type}, then replay the event.
          </Text>
        )}
      </Stack>
    </Notice>
  );
}

function deliveriesOf(count: number, erased: boolean): string {
  if (erased) return 'none: it is about somebody who was erased, so nothing of it was kept';
  return count === 0 ? 'none: no subscription asks for it' : countOf(count, 'delivery', 'deliveries');
}
