import { Button, Group, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { api, refresh, type Schema } from '../../api/client';
import { Form } from '../../components/form';
import { notifyProblem } from '../../components/notify';
import { Panel } from '../../components/panel';
import { newFields, type SourceFields, sourceProblems, toCreate } from './source-form';
import { SourceFieldset } from './source-fields';

interface Props {
  readonly dialect: Schema<'DialectDto'>;
  readonly onBack: () => void;
  readonly onCreated: (source: Schema<'CreatedSourceDto'>) => void;
}

export function NewSourceForm({ dialect, onBack, onCreated }: Props) {
  const { name, title, summary, source_rules: rules } = dialect;
  const form = useForm<SourceFields>({ initialValues: newFields(title, rules) });
  const create = api.useMutation('post', '/v1/sources', {
    onSuccess: async (source) => {
      await refresh('/v1/sources');
      onCreated(source);
    },
    onError: (error) => {
      const problems = sourceProblems(error);
      if (Object.keys(problems).length > 0) form.setErrors(problems);
      else notifyProblem(error);
    },
  });
  return (
    <Panel title={title} description={summary}>
      <Form
        refusal={create.error}
        onSubmit={form.onSubmit((fields) => create.mutate({ body: toCreate(name, fields) }))}
      >
        <Stack gap="lg">
          <SourceFieldset form={form} rules={rules} />
          <Group gap="xs">
            <Button type="submit" loading={create.isPending}>
              Create the source
            </Button>
            <Button variant="default" onClick={onBack}>
              Another ATS
            </Button>
          </Group>
        </Stack>
      </Form>
    </Panel>
  );
}
