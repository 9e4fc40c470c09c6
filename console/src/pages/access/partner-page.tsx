import { Text, Title } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { api, refresh, type Schema } from '../../api/client';
import { ConfirmButton } from '../../components/confirm-button';
import { CopiedValue } from '../../components/copied-value';
import { EmptyState } from '../../components/empty-state';
import { Facts } from '../../components/facts';
import { JsonView } from '../../components/json-view';
import { LinkButton, TextLink } from '../../components/links';
import { notifyDone, notifyProblem } from '../../components/notify';
import { PageHeader } from '../../components/page-header';
import { Panel } from '../../components/panel';
import { QueryState } from '../../components/query-state';
import { StatusBadge } from '../../components/status-badge';
import { Tags } from '../../components/tag';
import { TimeAgo } from '../../components/time-ago';
import { useCan } from '../../session/permissions';
import { ApiKeysTable } from './api-keys-table';
import { NewApiKeyButton } from './new-api-key';

type Partner = Schema<'PartnerDto'>;

const route = getRouteApi('/partners/$id');

export function PartnerPage() {
  const { id } = route.useParams();
  const partner = api.useQuery('get', '/v1/partners/{id}', { params: { path: { id } } });
  return <QueryState query={partner}>{(data) => <Details partner={data} />}</QueryState>;
}

function Details({ partner }: { readonly partner: Partner }) {
  const may = useCan();
  const { id, name, status, event_types: types, source_ids: sources, filter } = partner;
  return (
    <>
      <PageHeader
        title={name}
        badge={<StatusBadge status={status} />}
        back={<TextLink to="/partners">Partners</TextLink>}
        description={<CopiedValue value={id} label="Copy the id" />}
        actions={
          <>
            {may('createApiKey') && <NewApiKeyButton partnerId={id} />}
            {may('updatePartner') && (
              <LinkButton to="/partners/$id/edit" params={{ id }} variant="default">
                Edit
              </LinkButton>
            )}
            {may('updatePartner') && <StatusButton partner={partner} />}
            {may('deletePartner') && <DeleteButton partner={partner} />}
          </>
        }
      />
      <Panel title="What it may receive">
        <Facts
          rows={[
            ['Event types', types === null ? 'All' : <Tags key="types" names={types} most={40} />],
            ['Sources', sources === null ? 'All' : <Tags key="sources" names={sources} most={40} />],
            ['Filter', filter ? <JsonView key="filter" value={filter} label="Filter" maxHeight="short" /> : 'None'],
            ['Created', <TimeAgo key="created" at={partner.created_at} />],
            [
              'Subscriptions',
              <TextLink key="subscriptions" inherit to="/subscriptions" search={{ partner_id: id }}>
                See those of this partner
              </TextLink>,
            ],
          ]}
        />
      </Panel>
      {may('listApiKeys') && <Keys partnerId={id} />}
    </>
  );
}

function Keys({ partnerId }: { readonly partnerId: string }) {
  const { cursor } = route.useSearch();
  return (
    <section aria-labelledby="keys">
      <Title order={2} id="keys" mb="sm">
        API keys
      </Title>
      <ApiKeysTable
        partnerId={partnerId}
        cursor={cursor}
        empty={
          <EmptyState icon={IconKey} title="It has no keys">
            Make one for each system of the partner: with it the partner sees and changes its own subscriptions.
          </EmptyState>
        }
      />
    </section>
  );
}

function StatusButton({ partner: { id, name, status } }: { readonly partner: Partner }) {
  const wanted = status === 'active' ? 'disabled' : 'active';
  const change = api.useMutation('patch', '/v1/partners/{id}', {
    onSuccess: async () => {
      await refresh('/v1/partners', '/v1/subscriptions');
      notifyDone(`The partner is ${wanted}.`);
    },
    onError: notifyProblem,
  });
  return (
    <ConfirmButton
      // The question must not turn into the opposite one while it closes.
      key={status}
      label={status === 'active' ? 'Disable' : 'Enable'}
      title={`${status === 'active' ? 'Disable' : 'Enable'} the partner “${name}”?`}
      isPending={change.isPending}
      onConfirm={() => change.mutateAsync({ params: { path: { id } }, body: { status: wanted } })}
    >
      <Text size="sm">
        {status === 'active'
          ? 'Its subscriptions are disabled with it, and its keys are refused.'
          : 'Its keys are accepted again.'}
      </Text>
    </ConfirmButton>
  );
}

function DeleteButton({ partner: { id, name } }: { readonly partner: Partner }) {
  const navigate = route.useNavigate();
  const deletion = api.useMutation('delete', '/v1/partners/{id}', {
    onSuccess: async () => {
      notifyDone(`${name} was deleted.`);
      await navigate({ to: '/partners' });
      await refresh('/v1/partners', '/v1/subscriptions', '/v1/api-keys');
    },
    onError: notifyProblem,
  });
  return (
    <ConfirmButton
      label="Delete"
      title={`Delete the partner “${name}”?`}
      danger
      isPending={deletion.isPending}
      onConfirm={() => deletion.mutateAsync({ params: { path: { id } } })}
    >
      <Text size="sm">Its keys and subscriptions are deleted with it; the history stays.</Text>
    </ConfirmButton>
  );
}
