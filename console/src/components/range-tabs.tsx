import { Button, Group, SegmentedControl } from '@mantine/core';
import { IconCalendar } from '@tabler/icons-react';
import { CustomRange } from './custom-range';
import { describeSpan, isCustom, isRangeName, RANGES, type RangeName, type RangeSearch } from './time-range';
import { useFilters } from './use-filters';

interface Props {
  readonly search: RangeSearch;
  readonly fallback: RangeName;
}

const OPTIONS = Object.entries(RANGES).map(([value, { short, label }]) => ({
  value,
  label: <span title={label}>{short}</span>,
}));

/** The span of time that a whole page is about: one click for the usual ones. */
export function RangeTabs({ search, fallback }: Props) {
  const filter = useFilters();
  const isOwn = isCustom(search);
  const shown = isRangeName(search.range) ? search.range : fallback;
  return (
    <Group gap="xs" role="group" aria-label="Time">
      <SegmentedControl
        size="xs"
        data={OPTIONS}
        value={isOwn ? '' : shown}
        onChange={(range) => filter({ range, since: undefined, until: undefined })}
      />
      <CustomRange
        search={search}
        onChange={(span) => filter({ range: undefined, ...span })}
        target={(open) => (
          <Button
            size="xs"
            variant={isOwn ? 'light' : 'default'}
            leftSection={<IconCalendar size={14} aria-hidden />}
            onClick={open}
          >
            {isOwn ? describeSpan(search) : 'Custom'}
          </Button>
        )}
      />
    </Group>
  );
}
