import { Button, Group, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { api, refresh, type Schema } from '../../api/client';
import { Form } from '../../components/form';
import { LinkButton, TextLink } from '../../components/links';
import { notifyDone, notifyProblem } from '../../components/notify';
import { PageHeader } from '../../components/page-header';
import { Panel } from '../../components/panel';
import { QueryState } from '../../components/query-state';
import { fieldsOf, type SourceFields, sourceProblems, toUpdate } from './source-form';
import { SourceFieldset } from './source-fields';

type Source = Schema<'SourceDto'>;

const route = getRouteApi('/sources/$id/edit');

export function EditSourcePage() {
  const { id } = route.useParams();
  const source = api.useQuery('get', '/v1/sources/{id}', { params: { path: { id } } });
  return (
    <>
      <PageHeader
        title="Settings of the source"
        back={
          <TextLink to="/sources/$id" params={{ id }}>
            {source.data?.name ?? 'The source'}
          </TextLink>
        }
      />
      <QueryState query={source}>{(found) => <WithRules source={found} />}</QueryState>
    </>
  );
}

function WithRules({ source }: { readonly source: Source }) {
  const dialect = api.useQuery(
    'get',
    '/v1/dialects/{name}',
    { params: { path: { name: source.dialect } } },
    { staleTime: Infinity },
  );
  return (
    <QueryState query={dialect}>{({ source_rules: rules }) => <EditForm source={source} rules={rules} />}</QueryState>
  );
}

interface Props {
  readonly source: Source;
  readonly rules: Schema<'SourceRulesDto'>;
}

function EditForm({ source, rules }: Props) {
  const { id } = source;
  const navigate = useNavigate();
  const form = useForm<SourceFields>({ initialValues: fieldsOf(source) });
  const update = api.useMutation('patch', '/v1/sources/{id}', {
    onSuccess: async () => {
      notifyDone('Saved.');
      await refresh('/v1/sources');
      await navigate({ to: '/sources/$id', params: { id } });
    },
    onError: (error) => {
      const problems = sourceProblems(error);
      if (Object.keys(problems).length > 0) form.setErrors(problems);
      else notifyProblem(error);
    },
  });
  const save = (fields: SourceFields) => update.mutate({ params: { path: { id } }, body: toUpdate(source, fields) });
  return (
    <Panel>
      <Form refusal={update.error} onSubmit={form.onSubmit(save)}>
        <Stack gap="lg">
          <SourceFieldset form={form} rules={rules} existing={source} />
          <Group gap="xs">
            <Button type="submit" loading={update.isPending}>
              Save
            </Button>
            <LinkButton to="/sources/$id" params={{ id }} variant="default">
              Cancel
            </LinkButton>
          </Group>
        </Stack>
      </Form>
    </Panel>
  );
}
