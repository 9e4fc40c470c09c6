import { Code, Select, Stack, Tabs, Text } from '@mantine/core';
import { useState } from 'react';
import { api, type Schema } from '../api/client';
import { HeadersView } from './headers-view';
import { JsonView } from './json-view';
import { Panel } from './panel';
import { Prose } from './prose';
import { QueryState } from './query-state';

interface Props {
  readonly dialect: Schema<'DialectDto'>;
  /** What a subscription asks for: the first of these is shown first. */
  readonly preferred?: readonly string[];
}

/** What a receiver of a dialect gets: an example's body and headers. */
export function EnvelopePreview({ dialect, preferred = [] }: Props) {
  const names = dialect.events.map(({ name }) => name);
  const wanted = preferred.flatMap((pattern) => names.filter((name) => fits(name, pattern)));
  const [chosen, setChosen] = useState<string | null>(null);
  const event = chosen !== null && names.includes(chosen) ? chosen : (wanted[0] ?? names[0] ?? '');
  return (
    <Panel title="What a receiver gets" description="An example, signed with a throwaway secret.">
      <Stack gap="sm">
        <Select
          label="Event"
          data={names}
          value={event}
          onChange={setChosen}
          searchable={names.length > 8}
          allowDeselect={false}
        />
        {event !== '' && <Example dialect={dialect.name} event={event} />}
        <Text size="sm" c="dimmed">
          {dialect.signature.header !== null && (
            <>
              Signature in <Code>{dialect.signature.header}</Code>:{' '}
            </>
          )}
          <Prose text={dialect.signature.description} />
        </Text>
      </Stack>
    </Panel>
  );
}

/** Patterns of a subscription: names, and all of one kind. */
function fits(name: string, pattern: string): boolean {
  return pattern.endsWith('.*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

function Example({ dialect, event }: { readonly dialect: string; readonly event: string }) {
  const preview = api.useQuery(
    'get',
    '/v1/dialects/{name}/examples/{event}/preview',
    { params: { path: { name: dialect, event } } },
    { staleTime: Infinity },
  );
  return (
    <QueryState query={preview}>
      {({ body, headers }) => (
        <Tabs defaultValue="body" keepMounted={false}>
          <Tabs.List mb="sm">
            <Tabs.Tab value="body">Body</Tabs.Tab>
            <Tabs.Tab value="headers">Headers</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="body">
            <JsonView value={body ?? ''} label="Body" />
          </Tabs.Panel>
          <Tabs.Panel value="headers">
            <HeadersView headers={headers ?? {}} label="Headers" />
          </Tabs.Panel>
        </Tabs>
      )}
    </QueryState>
  );
}
