import { Group, Stack, Tabs, Text } from '@mantine/core';
import type { Schema } from '../api/client';
import { CopiedValue } from './copied-value';
import { CopyButton } from './copy-button';
import { curlCommand } from './curl-command';
import { explainCall } from './explain-call';
import { Facts } from './facts';
import { HeadersView } from './headers-view';
import { JsonView } from './json-view';
import { Notice } from './notice';
import { formatMs } from './numbers';
import { StatusBadge } from './status-badge';
import { TimeAgo } from './time-ago';

type Attempt = Schema<'AttemptDto'>;

interface Props {
  readonly attempt: Attempt;
  /** What it came to stands above it already. */
  readonly isSummedUp?: boolean;
}

/** One webhook call: what was sent, what came back, how long it took, and what to do when it failed. */
export function AttemptView({ attempt, isSummedUp = false }: Props) {
  const { request, response } = attempt;
  const isAnswered = response.status !== 0;
  return (
    <Stack gap="md">
      <Facts
        rows={[
          ['Outcome', !isSummedUp && <StatusBadge key="outcome" status={attempt.outcome} />],
          ['Answer', !isSummedUp && (isAnswered ? `HTTP ${response.status}` : 'None')],
          ['Took', !isSummedUp && formatMs(attempt.duration_ms)],
          ['Sent', !isSummedUp && <TimeAgo key="sent" at={attempt.started_at} />],
          ['Event', !isSummedUp && attempt.event_name],
          ['To', <CopiedValue key="url" value={request.url} label="Copy the address" />],
        ]}
      />
      <WhatWentWrong attempt={attempt} />
      <Tabs defaultValue={isAnswered ? 'answer' : 'request'} keepMounted={false}>
        <Tabs.List mb="sm">
          {isAnswered && <Tabs.Tab value="answer">Answer</Tabs.Tab>}
          <Tabs.Tab value="request">Request</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="answer">
          <Answer response={response} />
        </Tabs.Panel>
        <Tabs.Panel value="request">
          <Request request={request} />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}

function WhatWentWrong({ attempt }: { readonly attempt: Attempt }) {
  const explanation = explainCall(attempt);
  if (!explanation) return null;
  return (
    <Notice tone={attempt.outcome === 'failed' ? 'bad' : 'warning'} title={explanation.title}>
      {attempt.error !== null && `${attempt.error.message} `}
      {explanation.advice}
    </Notice>
  );
}

function Answer({ response }: { readonly response: Attempt['response'] }) {
  const hasHeaders = Object.keys(response.headers).length > 0;
  return (
    <Stack gap="sm">
      {hasHeaders && <HeadersView headers={response.headers} label="Headers of the answer" />}
      {response.body === '' ? (
        <Text size="sm" c="dimmed">
          No body: the answer had none, or it was erased with the person whom it was about.
        </Text>
      ) : (
        <JsonView value={response.body} label="Body of the answer" />
      )}
      {response.body_truncated && (
        <Notice tone="info">The answer was longer: only the first 16 KiB of its body are kept.</Notice>
      )}
    </Stack>
  );
}

function Request({ request }: { readonly request: Attempt['request'] }) {
  const isMasked = Object.values(request.headers).includes('***');
  return (
    <Stack gap="sm">
      <Group gap="sm">
        <CopyButton value={curlCommand(request)} label="Copy as curl" prominent />
        {isMasked && (
          <Text size="xs" c="dimmed">
            Credentials are masked: put yours where it says ***.
          </Text>
        )}
      </Group>
      <HeadersView headers={request.headers} label="Headers of the request" />
      <JsonView value={request.body} label="Body of the request" />
    </Stack>
  );
}
