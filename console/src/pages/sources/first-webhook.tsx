import { Group, List, Loader, Stack, Text } from '@mantine/core';
import { api, type Schema } from '../../api/client';
import { InboundRequestView } from '../../components/inbound-request-view';
import { LinkButton } from '../../components/links';
import { Notice } from '../../components/notice';
import { Panel } from '../../components/panel';
import { QueryState } from '../../components/query-state';
import { Copied, SourceAddress } from './source-address';
import { authenticityOf } from './source-form';
import classes from './first-webhook.module.css';

type Dialect = Schema<'DialectDto'>;
type InboundRequest = Schema<'InboundRequestDto'>;

const POLL_MS = 2_000;

interface Props {
  readonly dialect: Dialect;
  readonly sourceId: string;
  /** `null`: there is none, or it was shown before. */
  readonly secret: string | null;
}

/** What to paste at the vendor, and what arrives once that is done. */
export function FirstWebhook({ dialect, sourceId, secret }: Props) {
  const source = api.useQuery('get', '/v1/sources/{id}', { params: { path: { id: sourceId } } });
  return (
    <QueryState query={source}>
      {(found) => (
        <div className={classes.columns}>
          <Panel title={`At ${dialect.title}`} description="Paste these where its settings ask for a webhook.">
            <Stack gap="md">
              <SourceAddress source={found} />
              {secret !== null && (
                <div>
                  <Copied label="Signing secret" value={secret} />
                  <Text size="xs" c="dimmed" mt={4}>
                    It is shown this once. Copy it before you leave this page.
                  </Text>
                </div>
              )}
              {secret === null && found.has_secret && (
                <Notice tone="info">
                  The signing secret is not shown again. If you do not have it, rotate it on the page of the source.
                </Notice>
              )}
              <Text size="sm">The hub recognises its calls by: {lowerFirst(authenticityOf(dialect.source_rules))}</Text>
            </Stack>
          </Panel>
          <Arrivals sourceId={sourceId} />
        </div>
      )}
    </QueryState>
  );
}

function lowerFirst(text: string): string {
  // Not of a name or an abbreviation: “HTTP Basic”.
  return /^[A-Z][a-z]/.test(text) ? `${text.charAt(0).toLowerCase()}${text.slice(1)}` : text;
}

function Arrivals({ sourceId }: { readonly sourceId: string }) {
  const requests = api.useQuery(
    'get',
    '/v1/sources/{id}/requests',
    { params: { path: { id: sourceId }, query: { limit: 10 } } },
    { refetchInterval: POLL_MS },
  );
  return (
    <QueryState query={requests}>
      {({ data }) => {
        const newest = data[0];
        return newest === undefined ? (
          <Waiting sourceId={sourceId} />
        ) : (
          <Arrived sourceId={sourceId} request={newest} />
        );
      }}
    </QueryState>
  );
}

function Waiting({ sourceId }: { readonly sourceId: string }) {
  return (
    <Panel
      title="Waiting for the first webhook"
      description="This page looks every two seconds. You need not wait: the source is ready, and its page shows what comes in."
      actions={
        <LinkButton to="/sources/$id" params={{ id: sourceId }} size="xs" variant="default">
          Done: go to the source
        </LinkButton>
      }
    >
      <Stack gap="md" role="status">
        <Group gap="sm">
          <Loader type="dots" />
          <Text size="sm">Nothing has come in yet.</Text>
        </Group>
        <div>
          <Text size="sm" fw={600} mb={4}>
            Nothing comes?
          </Text>
          <List size="sm" spacing={4}>
            <List.Item>Let the vendor send a test, or do something there that it tells of.</List.Item>
            <List.Item>
              Check that the address was pasted whole, and that the vendor can reach this hub from outside.
            </List.Item>
            <List.Item>What is refused is shown here too, with the reason.</List.Item>
          </List>
        </div>
      </Stack>
    </Panel>
  );
}

const GOOD: readonly InboundRequest['verdict'][] = ['accepted', 'duplicate', 'test', 'confirmation'];
const TITLES: Readonly<Record<InboundRequest['verdict'], string>> = {
  accepted: 'The first webhook is here',
  duplicate: 'A webhook came again',
  fetching: 'A webhook is here: the vendor is asked for the rest',
  test: 'The vendor’s test is here',
  confirmation: 'The vendor has confirmed the address',
  refused: 'A webhook was refused',
  unreadable: 'A webhook could not be read',
};

function Arrived({ sourceId, request }: { readonly sourceId: string; readonly request: InboundRequest }) {
  const isGood = GOOD.includes(request.verdict);
  return (
    <Panel
      title={TITLES[request.verdict]}
      description={
        isGood ? 'Your ATS is connected.' : 'This page keeps looking: mend it at the vendor and let it send again.'
      }
      actions={
        <LinkButton to="/sources/$id" params={{ id: sourceId }} size="xs" variant={isGood ? 'filled' : 'default'}>
          Go to the source
        </LinkButton>
      }
    >
      <InboundRequestView request={request} isNarrow />
    </Panel>
  );
}
