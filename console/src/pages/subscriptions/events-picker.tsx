import { Checkbox, Input, Radio, ScrollArea, SegmentedControl, Stack, TagsInput, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import type { Schema } from '../../api/client';
import classes from './events-picker.module.css';

type Dialect = Schema<'DialectDto'>;

interface Props {
  readonly dialect: Dialect;
  readonly value: readonly string[];
  readonly onChange: (events: string[]) => void;
  readonly error?: React.ReactNode;
}

const EVERYTHING = '*';
const SEARCH_FROM = 9;

/** Chooses among a dialect's events, as its rules for subscriptions say. */
export function EventsPicker({ dialect, value, onChange, error }: Props) {
  const isSingle = dialect.subscription_rules.single_event;
  const isEverything = value.includes(EVERYTHING);
  return (
    <Input.Wrapper
      label="Events"
      labelElement="div"
      withAsterisk
      error={error}
      // What is wrong stands at the choice itself, not below whatever else can be written.
      inputWrapperOrder={['label', 'description', 'error', 'input']}
      description={isSingle ? 'Of this dialect a subscription asks for exactly one.' : undefined}
    >
      <Stack gap="sm" mt={6}>
        {!isSingle && (
          <SegmentedControl
            aria-label="Which events"
            value={isEverything ? 'all' : 'chosen'}
            onChange={(which) => onChange(which === 'all' ? [EVERYTHING] : [])}
            data={[
              { value: 'chosen', label: 'Chosen events' },
              { value: 'all', label: 'All events' },
            ]}
          />
        )}
        {isEverything ? (
          <Text size="sm" c="dimmed">
            Whatever happens in the ATS and {dialect.title} has a name for, also what is added later.
          </Text>
        ) : (
          <Choice dialect={dialect} value={value} onChange={onChange} />
        )}
      </Stack>
    </Input.Wrapper>
  );
}

function Choice({ dialect, value, onChange }: Omit<Props, 'error'>) {
  const { single_event: isSingle, canonical_names, custom_events, entity_wildcards } = dialect.subscription_rules;
  const [search, setSearch] = useState('');
  const words = search.trim().toLowerCase();
  const found = dialect.events.filter(
    ({ name, description }) => name.toLowerCase().includes(words) || description.toLowerCase().includes(words),
  );
  const known = new Set(dialect.events.map(({ name }) => name));
  const others = value.filter((name) => !known.has(name));
  return (
    <>
      {dialect.events.length >= SEARCH_FROM && (
        <TextInput
          aria-label="Search the events"
          placeholder="Search"
          leftSection={<IconSearch size={16} />}
          value={search}
          onChange={({ currentTarget }) => setSearch(currentTarget.value)}
        />
      )}
      <ScrollArea.Autosize mah={340} type="auto" className={classes.list} viewportProps={{ tabIndex: 0 }}>
        {isSingle ? (
          <Radio.Group value={value[0] ?? ''} onChange={(name) => onChange([name])} aria-label="Events">
            {found.map((event) => (
              <Radio key={event.name} className={classes.event} value={event.name} {...wordsOf(event)} />
            ))}
          </Radio.Group>
        ) : (
          <Checkbox.Group value={[...value]} onChange={onChange} aria-label="Events">
            {found.map((event) => (
              <Checkbox key={event.name} className={classes.event} value={event.name} {...wordsOf(event)} />
            ))}
          </Checkbox.Group>
        )}
        {found.length === 0 && (
          <Text size="sm" c="dimmed" p="sm">
            No event matches “{search}”.
          </Text>
        )}
      </ScrollArea.Autosize>
      {(canonical_names || custom_events || entity_wildcards) && (
        <TagsInput
          label="Others"
          description={hintFor(dialect)}
          value={others}
          onChange={(names) => onChange([...value.filter((name) => known.has(name)), ...names])}
          acceptValueOnBlur
          splitChars={[',']}
        />
      )}
    </>
  );
}

function wordsOf({ name, description }: Dialect['events'][number]) {
  return { label: name, description };
}

function hintFor({ subscription_rules: rules }: Dialect): string {
  const forms = [
    rules.entity_wildcards && 'all events of one kind as application.*',
    rules.canonical_names && 'your own as custom.<name>',
    rules.custom_events && 'events beyond the documented ones as Name=canonical.type',
  ].filter((form) => form !== false);
  return `Write ${forms.join(', ')}; Enter adds one.`;
}
