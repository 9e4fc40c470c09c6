import { Select, Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { api, refresh, type Schema } from '../../api/client';
import { LinkButton, TextLink } from '../../components/links';
import { PageHeader } from '../../components/page-header';
import { QueryState } from '../../components/query-state';
import { SecretOnce } from '../../components/secret-once';
import { ReceiverCode } from './receiver-code';
import { EMPTY_FIELDS, toCreation } from './subscription-fields';
import { SubscriptionForm } from './subscription-form';

const route = getRouteApi('/subscriptions/new');
const DEFAULT_DIALECT = 'standard';

export function NewSubscriptionPage() {
  const dialects = api.useQuery('get', '/v1/dialects', {}, { staleTime: Infinity });
  return (
    <>
      <PageHeader
        title="New subscription"
        back={<TextLink to="/subscriptions">Subscriptions</TextLink>}
        description="Choose what a receiver gets, and see it before you save."
      />
      <QueryState query={dialects}>{({ data }) => <Creation dialects={data} />}</QueryState>
    </>
  );
}

function Creation({ dialects }: { readonly dialects: readonly Schema<'DialectDto'>[] }) {
  const { dialect: wanted = DEFAULT_DIALECT } = route.useSearch();
  const navigate = route.useNavigate();
  const [created, setCreated] = useState<Schema<'CreatedSubscriptionDto'> | null>(null);
  const creation = api.useMutation('post', '/v1/subscriptions', {
    onSuccess: async (subscription) => {
      setCreated(subscription);
      await refresh('/v1/subscriptions');
    },
  });
  const dialect = dialects.find(({ name }) => name === wanted) ?? dialects[0];
  if (!dialect) return null;
  const choose = (name: string | null) => {
    creation.reset();
    void navigate({ search: { dialect: name ?? DEFAULT_DIALECT }, replace: true });
  };
  const show = () => created && void navigate({ to: '/subscriptions/$id', params: { id: created.id } });
  return (
    <>
      <SubscriptionForm
        dialect={dialect}
        initial={EMPTY_FIELDS}
        dialectChoice={(onChosen) => (
          <DialectChoice
            dialects={dialects}
            chosen={dialect}
            onChange={(name) => {
              onChosen();
              choose(name);
            }}
          />
        )}
        onSubmit={(fields) => creation.mutate({ body: toCreation(dialect.name, fields) })}
        isPending={creation.isPending}
        error={creation.error}
        submitLabel="Create the subscription"
        cancel={
          <LinkButton to="/subscriptions" variant="subtle" color="gray">
            Cancel
          </LinkButton>
        }
      />
      <SecretOnce
        title="The subscription’s signing secret"
        secret={created?.secret ?? null}
        onClose={show}
        more={
          <>
            <Text size="sm" mb="xs">
              A receiver that verifies it, to start from; you find it again on the subscription’s page.
            </Text>
            <ReceiverCode dialect={dialect.name} maxHeight="short" />
          </>
        }
      >
        The receiver verifies with it that a call comes from this hub.
      </SecretOnce>
    </>
  );
}

interface ChoiceProps {
  readonly dialects: readonly Schema<'DialectDto'>[];
  readonly chosen: Schema<'DialectDto'>;
  readonly onChange: (name: string | null) => void;
}

function DialectChoice({ dialects, chosen, onChange }: ChoiceProps) {
  return (
    <Select
      label="Dialect"
      description="How the receiver expects to be talked to: names, body and signature."
      data={dialects.map(({ name, title }) => ({ value: name, label: title }))}
      value={chosen.name}
      onChange={onChange}
      allowDeselect={false}
      inputContainer={(input) => (
        <>
          {input}
          <Text size="sm" c="dimmed" mt={6}>
            {chosen.summary}
          </Text>
        </>
      )}
    />
  );
}
