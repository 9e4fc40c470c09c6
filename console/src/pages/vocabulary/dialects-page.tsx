import { SimpleGrid, Text } from '@mantine/core';
import { api, type Schema } from '../../api/client';
import { CardLink } from '../../components/links';
import { PageHeader } from '../../components/page-header';
import { QueryState } from '../../components/query-state';
import { Tag } from '../../components/tag';
import classes from './dialects-page.module.css';

export function DialectsPage() {
  const dialects = api.useQuery('get', '/v1/dialects', {}, { staleTime: Infinity });
  return (
    <>
      <PageHeader
        title="Dialects"
        description="How each system talks: its names, its bodies and its signatures. A subscription is made in one of them."
      />
      <QueryState query={dialects}>
        {({ data }) => (
          <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
            {data.map((dialect) => (
              <DialectCard key={dialect.name} dialect={dialect} />
            ))}
          </SimpleGrid>
        )}
      </QueryState>
    </>
  );
}

function DialectCard({
  dialect: { name, title, summary, events, signature },
}: {
  readonly dialect: Schema<'DialectDto'>;
}) {
  return (
    <CardLink to="/dialects/$name" params={{ name }}>
      <Text component="h2" fw={600}>
        {title}
      </Text>
      <Text size="sm" c="dimmed">
        {summary}
      </Text>
      <div className={classes.facts}>
        <Tag>{events.length === 1 ? '1 event' : `${events.length} events`}</Tag>
        <Tag>{signature.header ?? 'webhook-signature'}</Tag>
      </div>
    </CardLink>
  );
}
