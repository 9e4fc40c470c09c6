import { useNavigate } from '@tanstack/react-router';
import { api, refresh } from '../../api/client';
import { LinkButton, TextLink } from '../../components/links';
import { PageHeader } from '../../components/page-header';
import { PartnerForm } from './partner-form';

export function NewPartnerPage() {
  const navigate = useNavigate();
  const creation = api.useMutation('post', '/v1/partners', {
    onSuccess: async ({ id }) => {
      await refresh('/v1/partners');
      await navigate({ to: '/partners/$id', params: { id } });
    },
  });
  return (
    <>
      <PageHeader
        title="New partner"
        back={<TextLink to="/partners">Partners</TextLink>}
        description="Afterwards, make an API key for it."
      />
      <PartnerForm
        onSubmit={(body) => creation.mutate({ body })}
        isPending={creation.isPending}
        error={creation.error}
        submitLabel="Add the partner"
        cancel={
          <LinkButton to="/partners" variant="subtle" color="gray">
            Cancel
          </LinkButton>
        }
      />
    </>
  );
}
