import { Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { api } from '../api/client';
import { SubscriptionSelect } from './subscription-select';
import { useFilters } from './use-filters';

interface Props {
  /** The name in the address bar. */
  readonly name: string;
  readonly label: string;
  readonly value: string | undefined;
}

interface ChoiceProps extends Props {
  readonly options: readonly { readonly value: string; readonly label: string }[];
}

/** One of a few. */
export function ChoiceFilter({ name, label, value, options }: ChoiceProps) {
  const filter = useFilters();
  const isKnown = value === undefined || options.some((option) => option.value === value);
  return (
    <Select
      label={label}
      placeholder="Any"
      data={isKnown ? options : [...options, { value, label: value }]}
      value={value ?? null}
      onChange={(chosen) => filter({ [name]: chosen ?? '' })}
      clearable
      clearButtonProps={{ 'aria-label': `Any ${label.toLowerCase()}` }}
      comboboxProps={{ width: 'max-content', position: 'bottom-start' }}
    />
  );
}

/** An event type of the vocabulary, or one of the account's own. */
export function EventTypeFilter({ value }: { readonly value: string | undefined }) {
  const filter = useFilters();
  const [typed, setTyped] = useState('');
  const types = api.useQuery('get', '/v1/event-types', {}, { staleTime: Infinity });
  const known = types.data?.data.map(({ type }) => type) ?? [];
  const own = [value ?? '', typed.trim()].filter((type) => type.startsWith('custom.'));
  return (
    <Select
      label="Event type"
      placeholder="Any"
      data={[...new Set([...known, ...own, ...(value === undefined ? [] : [value])])]}
      value={value ?? null}
      onChange={(type) => filter({ type: type ?? '' })}
      searchable
      onSearchChange={setTyped}
      nothingFoundMessage="No such type. Those of your own begin with “custom.”"
      clearable
      clearButtonProps={{ 'aria-label': 'Any event type' }}
      comboboxProps={{ width: 260, position: 'bottom-start' }}
    />
  );
}

/** A subscription, found by its name, its address or its id. */
export function SubscriptionFilter({ value }: { readonly value: string | undefined }) {
  const filter = useFilters();
  return (
    <SubscriptionSelect
      label="Subscription"
      placeholder="Any"
      value={value}
      onChange={(id) => filter({ subscription_id: id ?? '' })}
      clearable
      clearButtonProps={{ 'aria-label': 'Any subscription' }}
    />
  );
}

interface TextProps extends Props {
  readonly placeholder?: string;
  readonly inputMode?: 'numeric';
}

/** An exact value, taken over with Enter or on leaving. */
export function TextFilter({ name, label, value, placeholder, inputMode }: TextProps) {
  const filter = useFilters();
  const take = (text: string) => {
    if (text.trim() !== (value ?? '')) filter({ [name]: text.trim() });
  };
  return (
    <TextInput
      // Begins anew when the address bar says something else.
      key={value ?? ''}
      label={label}
      placeholder={placeholder ?? 'Any'}
      defaultValue={value ?? ''}
      inputMode={inputMode}
      spellCheck={false}
      autoComplete="off"
      onBlur={({ currentTarget }) => take(currentTarget.value)}
      onKeyDown={({ key, currentTarget }) => key === 'Enter' && take(currentTarget.value)}
    />
  );
}
