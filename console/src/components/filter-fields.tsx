import { Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { api } from '../api/client';
import { useCan } from '../session/permissions';
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

const TYPING_MS = 250;
const MOST_FOUND = 20;

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
  const may = useCan();
  const [typed, setTyped] = useState('');
  const [wanted] = useDebouncedValue(typed.trim(), TYPING_MS);
  const chosen = api.useQuery(
    'get',
    '/v1/subscriptions/{id}',
    { params: { path: { id: value ?? '' } } },
    { enabled: value !== undefined, staleTime: 60_000 },
  );
  const chosenLabel = chosen.data ? (chosen.data.name ?? chosen.data.url) : value;
  const search = wanted === '' || wanted === chosenLabel ? undefined : wanted.slice(0, 200);
  const found = api.useQuery(
    'get',
    '/v1/subscriptions',
    { params: { query: { search, limit: MOST_FOUND } } },
    { enabled: may('listSubscriptions'), placeholderData: (before) => before, staleTime: 30_000 },
  );
  const options = new Map(found.data?.data.map(({ id, name, url }) => [id, name ?? url]));
  if (/^wh_[a-z0-9]{26}$/.test(typed.trim())) options.set(typed.trim(), typed.trim());
  if (value !== undefined) options.set(value, chosenLabel ?? value);
  return (
    <Select
      label="Subscription"
      placeholder="Any"
      data={[...options].map(([id, label]) => ({ value: id, label }))}
      // What is found is chosen by the API.
      filter={({ options: all }) => all}
      value={value ?? null}
      onChange={(id) => filter({ subscription_id: id ?? '' })}
      searchable
      onSearchChange={setTyped}
      nothingFoundMessage="None has this in its name or address"
      clearable
      clearButtonProps={{ 'aria-label': 'Any subscription' }}
      comboboxProps={{ width: 320, position: 'bottom-start' }}
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
