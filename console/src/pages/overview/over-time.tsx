import { SegmentedControl, Skeleton } from '@mantine/core';
import { IconChartBar } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import type { Schema } from '../../api/client';
import { EmptyState } from '../../components/empty-state';
import { Panel } from '../../components/panel';
import { useFilters } from '../../components/use-filters';
import { bucketsOf, type Shown } from './buckets';
import { BucketTable } from './bucket-table';

const CHART_HEIGHT = 300;
/** Charts are heavier than all the rest of the console: the numbers don't wait for them. */
const OutcomeChart = lazy(() => import('./outcome-chart').then((module) => ({ default: module.OutcomeChart })));

interface Props {
  readonly stats: Schema<'StatsDto'>;
  readonly show: Shown;
  /** `table` or the chart. */
  readonly as: string | undefined;
}

const WORDS: Readonly<Record<Shown, string>> = {
  deliveries: 'What each delivery came to, by when it ended.',
  calls: 'Every single call, by when it was made and what it came to.',
};

/** The list goes by when a delivery was created, and one that was tried for long ended much later. */
const LEADS_TO: Readonly<Record<Shown, string>> = {
  deliveries: 'leads to the deliveries that were created then: those tried for a while ended later, and count there.',
  calls: 'leads to its calls.',
};

/** Deliveries or calls over time by outcome; a bar leads to the list of its time. */
export function OverTime({ stats, show, as }: Props) {
  const filter = useFilters();
  const navigate = useNavigate();
  const buckets = bucketsOf(stats, show);
  const isTable = as === 'table';
  const open = ({ since, until }: { readonly since: string; readonly until: string }) =>
    void navigate({ to: show === 'calls' ? '/attempts' : '/deliveries', search: { since, until } });
  return (
    <Panel
      title={show === 'calls' ? 'Calls over time' : 'Deliveries over time'}
      description={`${WORDS[show]} ${isTable ? 'A time' : 'A click on a bar'} ${LEADS_TO[show]}`}
      actions={
        <>
          <SegmentedControl
            size="xs"
            aria-label="What is counted"
            data={[
              { value: 'deliveries', label: 'Deliveries' },
              { value: 'calls', label: 'Calls' },
            ]}
            value={show}
            onChange={(value) => filter({ show: value === 'calls' ? value : '' })}
          />
          <SegmentedControl
            size="xs"
            aria-label="How it is shown"
            data={[
              { value: 'chart', label: 'Chart' },
              { value: 'table', label: 'Table' },
            ]}
            value={isTable ? 'table' : 'chart'}
            onChange={(value) => filter({ as: value === 'table' ? value : '' })}
          />
        </>
      }
    >
      {buckets.every(({ total }) => total === 0) ? (
        <EmptyState icon={IconChartBar} title="Nothing in this time">
          As soon as events are delivered they are counted here. Choose a longer time to look further back.
        </EmptyState>
      ) : isTable ? (
        <BucketTable buckets={buckets} show={show} />
      ) : (
        <Suspense fallback={<Skeleton height={CHART_HEIGHT} />}>
          <OutcomeChart buckets={buckets} show={show} unit={stats.bucket} height={CHART_HEIGHT} onOpen={open} />
        </Suspense>
      )}
    </Panel>
  );
}
