import { SimpleGrid, Text, UnstyledButton } from '@mantine/core';
import type { Schema } from '../../api/client';
import { Tag } from '../../components/tag';
import { authenticityOf } from './source-form';
import classes from './choose-dialect.module.css';

interface Props {
  readonly dialects: readonly Schema<'DialectDto'>[];
  readonly onChoose: (name: string) => void;
}

export function ChooseDialect({ dialects, onChoose }: Props) {
  return (
    <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} role="group" aria-label="How your ATS talks">
      {dialects.map(({ name, title, summary, source_rules: rules }) => (
        <UnstyledButton key={name} className={classes.card} onClick={() => onChoose(name)}>
          <span className={classes.head}>
            <Text span fw={600}>
              {title}
            </Text>
            <Tag>{name}</Tag>
          </span>
          <Text span size="sm">
            {summary}
          </Text>
          <Text span size="xs" c="dimmed">
            Recognised by: {authenticityOf(rules)}
          </Text>
        </UnstyledButton>
      ))}
    </SimpleGrid>
  );
}
