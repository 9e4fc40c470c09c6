import { ActionIcon, Group, Select } from '@mantine/core';
import { IconCalendar } from '@tabler/icons-react';
import { CustomRange } from './custom-range';
import { describeSpan, isCustom, isRangeName, RANGES, type RangeSearch } from './time-range';
import { useFilters } from './use-filters';

const OWN = 'own';
const PRESETS = Object.entries(RANGES).map(([value, { label }]) => ({ value, label }));

interface Props {
  readonly search: RangeSearch;
  /** Of what it is the time, where a row has several. */
  readonly label?: string;
}

/** The time filter of a list: any time unless told. */
export function RangeFilter({ search, label = 'Time' }: Props) {
  const filter = useFilters();
  const isOwn = isCustom(search);
  const value = isOwn ? OWN : isRangeName(search.range) ? search.range : null;
  return (
    <Group gap={4} wrap="nowrap" align="flex-end">
      <Select
        label={label}
        placeholder="Any time"
        data={isOwn ? [...PRESETS, { value: OWN, label: describeSpan(search) }] : PRESETS}
        value={value}
        onChange={(range) => range !== OWN && filter({ range: range ?? '', since: '', until: '' })}
        clearable
        clearButtonProps={{ 'aria-label': 'Any time' }}
        flex={1}
      />
      <CustomRange
        search={search}
        onChange={(span) => filter({ range: '', ...span })}
        target={(open) => (
          <ActionIcon variant="default" size={36} onClick={open} aria-label="A time of your own">
            <IconCalendar size={17} stroke={1.7} />
          </ActionIcon>
        )}
      />
    </Group>
  );
}
