import { getRouteApi } from '@tanstack/react-router';
import { api, refresh, type Schema } from '../../api/client';
import { LinkButton, TextLink } from '../../components/links';
import { notifyDone } from '../../components/notify';
import { PageHeader } from '../../components/page-header';
import { QueryState } from '../../components/query-state';
import { PartnerForm } from './partner-form';

const route = getRouteApi('/partners/$id/edit');

export function EditPartnerPage() {
  const { id } = route.useParams();
  const partner = api.useQuery('get', '/v1/partners/{id}', { params: { path: { id } } });
  return <QueryState query={partner}>{(data) => <Editing key={data.id} partner={data} />}</QueryState>;
}

function Editing({ partner }: { readonly partner: Schema<'PartnerDto'> }) {
  const { id, name } = partner;
  const navigate = route.useNavigate();
  const change = api.useMutation('patch', '/v1/partners/{id}', {
    onSuccess: async () => {
      await refresh('/v1/partners');
      notifyDone('The partner was changed.');
      await navigate({ to: '/partners/$id', params: { id } });
    },
  });
  return (
    <>
      <PageHeader
        title={`Edit ${name}`}
        back={
          <TextLink to="/partners/$id" params={{ id }}>
            {name}
          </TextLink>
        }
      />
      <PartnerForm
        current={partner}
        onSubmit={(body) => change.mutate({ params: { path: { id } }, body })}
        isPending={change.isPending}
        error={change.error}
        submitLabel="Save the changes"
        cancel={
          <LinkButton to="/partners/$id" params={{ id }} variant="subtle" color="gray">
            Cancel
          </LinkButton>
        }
      />
    </>
  );
}
