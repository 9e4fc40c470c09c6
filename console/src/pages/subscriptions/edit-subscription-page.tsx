import { getRouteApi } from '@tanstack/react-router';
import { api, refresh, type Schema } from '../../api/client';
import { LinkButton, TextLink } from '../../components/links';
import { notifyDone } from '../../components/notify';
import { PageHeader } from '../../components/page-header';
import { QueryState } from '../../components/query-state';
import { fieldsOf, toChanges } from './subscription-fields';
import { SubscriptionForm } from './subscription-form';

const route = getRouteApi('/subscriptions/$id/edit');

export function EditSubscriptionPage() {
  const { id } = route.useParams();
  const subscription = api.useQuery('get', '/v1/subscriptions/{id}', { params: { path: { id } } });
  return <QueryState query={subscription}>{(data) => <Editing key={data.id} subscription={data} />}</QueryState>;
}

function Editing({ subscription }: { readonly subscription: Schema<'SubscriptionDto'> }) {
  const { id, name, url } = subscription;
  const dialect = api.useQuery('get', '/v1/dialects/{name}', { params: { path: { name: subscription.dialect } } });
  const navigate = route.useNavigate();
  const change = api.useMutation('patch', '/v1/subscriptions/{id}', {
    onSuccess: async () => {
      await refresh('/v1/subscriptions');
      notifyDone('The subscription was changed.');
      await navigate({ to: '/subscriptions/$id', params: { id } });
    },
  });
  return (
    <>
      <PageHeader
        title={`Edit ${name ?? url}`}
        back={
          <TextLink to="/subscriptions/$id" params={{ id }}>
            {name ?? url}
          </TextLink>
        }
        description="The dialect cannot be changed; the secret is changed by rotating it."
      />
      <QueryState query={dialect}>
        {(data) => (
          <SubscriptionForm
            dialect={data}
            initial={fieldsOf(subscription)}
            current={subscription}
            onSubmit={(fields) => change.mutate({ params: { path: { id } }, body: toChanges(fields) })}
            isPending={change.isPending}
            error={change.error}
            submitLabel="Save the changes"
            cancel={
              <LinkButton to="/subscriptions/$id" params={{ id }} variant="subtle" color="gray">
                Cancel
              </LinkButton>
            }
          />
        )}
      </QueryState>
    </>
  );
}
