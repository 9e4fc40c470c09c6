import { getRouteApi } from '@tanstack/react-router';
import { api, type Schema } from '../../api/client';
import { type Column, DataTable } from '../../components/data-table';
import { formatSeconds } from '../../components/durations';
import { EnvelopePreview } from '../../components/envelope-preview';
import { Facts } from '../../components/facts';
import { LinkButton, TextLink } from '../../components/links';
import { PageHeader } from '../../components/page-header';
import { Panel } from '../../components/panel';
import { Prose } from '../../components/prose';
import { QueryState } from '../../components/query-state';
import { Tags } from '../../components/tag';
import { TwoColumns } from '../../components/two-columns';
import { useCan } from '../../session/permissions';
import { MonoText } from './mono-text';

type Dialect = Schema<'DialectDto'>;

const route = getRouteApi('/dialects/$name');

const EVENT_COLUMNS: readonly Column<Dialect['events'][number]>[] = [
  { header: 'Event', cell: ({ name }) => <MonoText>{name}</MonoText> },
  { header: 'What happened', cell: ({ description }) => description },
  {
    header: 'In the hub’s words',
    hiddenBelow: 'md',
    cell: ({ canonical_types: types }) => <TypeLinks types={types} />,
  },
];

export function DialectPage() {
  const { name } = route.useParams();
  const dialect = api.useQuery('get', '/v1/dialects/{name}', { params: { path: { name } } }, { staleTime: Infinity });
  return <QueryState query={dialect}>{(data) => <Details dialect={data} />}</QueryState>;
}

function Details({ dialect }: { readonly dialect: Dialect }) {
  const may = useCan();
  return (
    <>
      <PageHeader
        title={dialect.title}
        back={<TextLink to="/dialects">Dialects</TextLink>}
        description={dialect.summary}
        actions={
          may('createSubscription') && (
            <LinkButton to="/subscriptions/new" search={{ dialect: dialect.name }}>
              Subscribe in this dialect
            </LinkButton>
          )
        }
      />
      <TwoColumns aside={<EnvelopePreview dialect={dialect} />}>
        <Panel title="Events" flush>
          <DataTable label="Events" columns={EVENT_COLUMNS} rows={dialect.events} rowKey={({ name }) => name} />
        </Panel>
        <Delivery dialect={dialect} />
      </TwoColumns>
    </>
  );
}

function TypeLinks({ types }: { readonly types: readonly string[] }) {
  return types.map((type) => (
    <div key={type}>
      {/* What a producer makes up has no page. */}
      {type.startsWith('custom.') ? (
        type
      ) : (
        <TextLink to="/event-types/$type" params={{ type }} size="sm">
          {type}
        </TextLink>
      )}
    </div>
  ));
}

function Delivery({ dialect: { policy, signature, subscription_rules: rules } }: { readonly dialect: Dialect }) {
  const jitter = policy.jitter_ratio > 0 && `, each moved by up to ±${Math.round(policy.jitter_ratio * 100)}%`;
  return (
    <Panel title="Delivery">
      <Facts
        rows={[
          ['Signature', <Prose key="signature" text={signature.description} />],
          ['Deadline', formatSeconds(policy.timeout_ms / 1000)],
          [
            'Tries again after',
            policy.retry_delays_seconds.length === 0 ? (
              'Never'
            ) : (
              <>
                {policy.retry_delays_seconds.map(formatSeconds).join(', ')}
                {jitter}
              </>
            ),
          ],
          ['Retry-After', policy.honours_retry_after ? 'Honoured' : 'Ignored'],
          ['Gives up', givingUp(policy.giving_up)],
          ['Gone', policy.gone_statuses.length > 0 && `HTTP ${policy.gone_statuses.join(', ')} deactivates`],
          ['A subscription', rules.single_event && 'asks for exactly one event'],
          ['Addresses', rules.https_only && 'https: alone, in production'],
          ['Own headers', rules.reserved_headers.length > 0 && <Tags names={rules.reserved_headers} most={10} />],
        ]}
      />
    </Panel>
  );
}

function givingUp(rule: Schema<'GivingUpDto'>): string {
  if (rule.kind === 'failing_for') return `Disabled after ${rule.days} days of nothing but failures`;
  if (rule.kind === 'failed_deliveries') return `Disabled after ${rule.count} failed deliveries in a row`;
  const [first, longest] = [rule.first_minutes ?? 0, rule.max_minutes ?? 0].map((minutes) =>
    formatSeconds(minutes * 60),
  );
  return `Suspended after ${rule.server_errors} calls in a row answered 5xx: for ${first}, then twice as long, up to ${longest}`;
}
