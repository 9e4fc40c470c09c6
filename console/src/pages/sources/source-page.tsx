import { Stack, Text } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { api, type Schema } from '../../api/client';
import { CopiedValue } from '../../components/copied-value';
import { Facts } from '../../components/facts';
import { LinkButton, TextLink } from '../../components/links';
import { PageHeader } from '../../components/page-header';
import { Panel } from '../../components/panel';
import { QueryState } from '../../components/query-state';
import { StatusBadge } from '../../components/status-badge';
import { Tag, Tags } from '../../components/tag';
import { TimeAgo } from '../../components/time-ago';
import { useNow } from '../../components/use-now';
import { useCan } from '../../session/permissions';
import { SourceActions } from './source-actions';
import { SourceAddress } from './source-address';
import { AUTH_KINDS, authenticityOf, type AuthKind } from './source-form';
import { SourceRequests } from './source-requests';
import classes from './source-page.module.css';

type Source = Schema<'SourceDto'>;

const MINUTE_MS = 60_000;
const route = getRouteApi('/sources/$id');

export function SourcePage() {
  const { id } = route.useParams();
  const query = api.useQuery('get', '/v1/sources/{id}', { params: { path: { id } } });
  return <QueryState query={query}>{(source) => <Shown source={source} />}</QueryState>;
}

function Shown({ source }: { readonly source: Source }) {
  const may = useCan();
  return (
    <>
      <PageHeader
        title={source.name}
        badge={<StatusBadge status={source.status} />}
        description={<CopiedValue value={source.id} label="Copy the id of the source" />}
        back={<TextLink to="/sources">Sources</TextLink>}
        actions={<SourceActions source={source} />}
      />
      <div className={classes.columns}>
        <Panel
          title="Settings"
          actions={
            may('updateSource') && (
              <LinkButton
                to="/sources/$id/edit"
                params={{ id: source.id }}
                size="xs"
                variant="default"
                leftSection={<IconPencil size={14} />}
              >
                Edit
              </LinkButton>
            )
          }
        >
          <Settings source={source} />
        </Panel>
        <Panel title="At the vendor" description="Where its webhooks must go.">
          <Stack gap="md">
            <SourceAddress source={source} />
            {source.last_request === null && may('createSource') && (
              <Text size="sm">
                Nothing has come in yet:{' '}
                <TextLink to="/sources/new" search={{ dialect: source.dialect, source: source.id }} size="sm">
                  wait for the first webhook
                </TextLink>
                .
              </Text>
            )}
          </Stack>
        </Panel>
      </div>
      <SourceRequests sourceId={source.id} />
    </>
  );
}

function Settings({ source }: { readonly source: Source }) {
  const rules = api.useQuery(
    'get',
    '/v1/dialects/{name}',
    { params: { path: { name: source.dialect } } },
    { staleTime: Infinity },
  );
  const now = useNow(MINUTE_MS);
  const overlap = source.previous_secret_expires_at;
  return (
    <Facts
      rows={[
        ['Dialect', <Tag key="dialect">{source.dialect}</Tag>],
        ['Recognised by', rules.data && authenticityOf(rules.data.source_rules)],
        ['Set', source.auth_type !== null && (AUTH_KINDS[source.auth_type as AuthKind] ?? source.auth_type)],
        ['Signing secret', source.has_secret && 'set'],
        [
          'Old secret',
          overlap !== null && Date.parse(overlap) > now && (
            <>
              good too until <TimeAgo at={overlap} />
            </>
          ),
        ],
        ['The vendor’s API', source.fetch_base_url],
        ['Further events', source.events.length > 0 && <Tags names={source.events} most={10} />],
        ['Created', <TimeAgo key="created" at={source.created_at} />],
        ['Changed', <TimeAgo key="changed" at={source.updated_at} />],
      ]}
    />
  );
}
