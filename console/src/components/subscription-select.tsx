import { Select, type SelectProps } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { api } from '../api/client';
import { useSubscriptionName } from '../api/subscription-names';
import { useCan } from '../session/permissions';

interface Props extends Pick<SelectProps, 'placeholder' | 'description' | 'clearable' | 'clearButtonProps'> {
  readonly label: string;
  readonly value: string | undefined;
  readonly onChange: (id: string | null) => void;
}

const TYPING_MS = 250;
const MOST_FOUND = 20;

/** Chooses a subscription by its name, its address or its id, also one that was deleted. */
export function SubscriptionSelect({ label, value, onChange, ...shown }: Props) {
  const may = useCan();
  const [typed, setTyped] = useState('');
  const [wanted] = useDebouncedValue(typed.trim(), TYPING_MS);
  const chosen = useSubscriptionName(value);
  const chosenLabel = chosen ? labelOf(chosen.label, chosen.isDeleted) : value;
  const search = wanted === '' || wanted === chosenLabel ? undefined : wanted.slice(0, 200);
  // Deleted ones only for who looks for one.
  const query = { search, limit: MOST_FOUND, ...(search !== undefined && { deleted: 'true' as const }) };
  const found = api.useQuery(
    'get',
    '/v1/subscriptions',
    { params: { query } },
    { enabled: may('listSubscriptions'), placeholderData: (before) => before, staleTime: 30_000 },
  );
  const options = new Map(
    found.data?.data.map(({ id, name, url, deleted_at: deletedAt }) => [id, labelOf(name ?? url, deletedAt !== null)]),
  );
  if (/^wh_[a-z0-9]{26}$/.test(typed.trim())) options.set(typed.trim(), typed.trim());
  if (value !== undefined) options.set(value, chosenLabel ?? value);
  return (
    <Select
      label={label}
      data={[...options].map(([id, text]) => ({ value: id, label: text }))}
      // What is found is chosen by the API.
      filter={({ options: all }) => all}
      value={value ?? null}
      onChange={onChange}
      searchable
      onSearchChange={setTyped}
      nothingFoundMessage="None has this in its name or address"
      comboboxProps={{ width: 320, position: 'bottom-start' }}
      {...shown}
    />
  );
}

function labelOf(name: string, isDeleted: boolean): string {
  return isDeleted ? `${name} (deleted)` : name;
}
