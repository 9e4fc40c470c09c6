import { Tabs, Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { api, type Schema } from '../../api/client';
import { type Column, DataTable } from '../../components/data-table';
import { JsonView } from '../../components/json-view';
import { TextLink } from '../../components/links';
import { PageHeader } from '../../components/page-header';
import { Panel } from '../../components/panel';
import { Prose } from '../../components/prose';
import { QueryState } from '../../components/query-state';
import { Tags } from '../../components/tag';
import { TwoColumns } from '../../components/two-columns';
import { MonoText } from './mono-text';
import { type Field, fieldsOf } from './schema-fields';

const route = getRouteApi('/event-types/$type');

type NamesOfDialect = readonly [dialect: string, names: readonly string[]];

const NAME_COLUMNS: readonly Column<NamesOfDialect>[] = [
  {
    header: 'Dialect',
    cell: ([name]) => (
      <TextLink to="/dialects/$name" params={{ name }} size="sm">
        {name}
      </TextLink>
    ),
  },
  { header: 'Its name for it', cell: ([, names]) => <Tags names={names} most={10} /> },
];

const FIELD_COLUMNS: readonly Column<Field>[] = [
  {
    header: 'Field',
    cell: ({ path, type, required }) => (
      <>
        <MonoText>{path}</MonoText>
        <Text size="xs" c="dimmed">
          {type}
          {required && ', required'}
        </Text>
      </>
    ),
  },
  { header: 'Meaning', cell: ({ description }) => description && <Prose text={description} /> },
];

export function EventTypePage() {
  const { type } = route.useParams();
  const eventType = api.useQuery(
    'get',
    '/v1/event-types/{type}',
    { params: { path: { type } } },
    { staleTime: Infinity },
  );
  return <QueryState query={eventType}>{(data) => <Details eventType={data} />}</QueryState>;
}

function Details({ eventType }: { readonly eventType: Schema<'EventTypeDto'> }) {
  const { type, description, schema, example, names } = eventType;
  return (
    <>
      <PageHeader title={type} back={<TextLink to="/event-types">Event types</TextLink>} description={description} />
      <TwoColumns
        aside={
          <>
            <Panel title="What it is called" flush>
              <DataTable
                label="Names by dialect"
                columns={NAME_COLUMNS}
                rows={Object.entries(names)}
                rowKey={([dialect]) => dialect}
              />
            </Panel>
            <Panel title="Example" description="A body that POST /v1/events accepts as it is.">
              <JsonView value={example} label="Example" />
            </Panel>
          </>
        }
      >
        <Panel title="What it tells" flush>
          <Tabs defaultValue="fields" keepMounted={false}>
            <Tabs.List px="lg">
              <Tabs.Tab value="fields">Fields</Tabs.Tab>
              <Tabs.Tab value="schema">JSON Schema</Tabs.Tab>
            </Tabs.List>
            <Tabs.Panel value="fields">
              <DataTable label="Fields" columns={FIELD_COLUMNS} rows={fieldsOf(schema)} rowKey={({ path }) => path} />
            </Tabs.Panel>
            <Tabs.Panel value="schema" p="lg">
              <JsonView value={schema} label="JSON Schema" />
            </Tabs.Panel>
          </Tabs>
        </Panel>
      </TwoColumns>
    </>
  );
}
