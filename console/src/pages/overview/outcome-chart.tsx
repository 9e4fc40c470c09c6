import '@mantine/charts/styles.css';
import { BarChart } from '@mantine/charts';
import { formatCount, formatMs } from '../../components/numbers';
import { countTicks, shortCount, timeTicks } from './axes';
import { type Bucket, type Outcome, OUTCOMES, type Shown } from './buckets';
import classes from './over-time.module.css';

const LEAST_BAR_PX = 3;
/** The more it matters the higher: where a bar is drawn taller than it is, it covers what is below it. */
const FROM_BOTTOM: readonly Outcome[] = ['delivered', 'cancelled', 'skipped', 'retry', 'failed'];

interface Props {
  readonly buckets: readonly Bucket[];
  readonly show: Shown;
  readonly unit: 'minute' | 'hour' | 'day';
  readonly height: number;
  readonly onOpen: (bucket: Bucket) => void;
}

/** Stacked bars by outcome. Who has no mouse has the table. */
export function OutcomeChart({ buckets, show, unit, height, onOpen }: Props) {
  const open = (index: unknown) => {
    const bucket = index === null || index === undefined ? undefined : buckets[Number(index)];
    if (bucket && bucket.total > 0) onOpen(bucket);
  };
  const counts = countTicks(buckets);
  const times = timeTicks(buckets, unit);
  const total = buckets.reduce((sum, bucket) => sum + bucket.total, 0);
  const outcomes = OUTCOMES[show].map((look) => ({ ...look, count: sumOf(buckets, look.name) }));
  const inWords = outcomes.map(({ label, count }) => `${label} ${formatCount(count)}`).join(', ');
  return (
    <>
      <div
        role="img"
        aria-label={`Chart of ${formatCount(total)} ${show} by outcome: ${inWords}. The table has them by time.`}
        className={classes.chart}
      >
        <BarChart
          h={height}
          data={buckets.map((bucket) => ({ ...bucket }))}
          dataKey="since"
          type="stacked"
          series={[...OUTCOMES[show]]
            .sort((left, right) => FROM_BOTTOM.indexOf(left.name) - FROM_BOTTOM.indexOf(right.name))
            .map(({ name, label, color }) => ({ name, label, color }))}
          tickLine="none"
          valueFormatter={formatCount}
          yAxisProps={{
            ticks: counts,
            domain: [0, counts.at(-1) ?? 1],
            interval: 0,
            tickFormatter: shortCount,
            width: 44,
          }}
          xAxisProps={{
            ticks: times.map(({ since }) => since),
            tickFormatter: (since: string) => labelOf(times, since),
            interval: 'equidistantPreserveStart',
            minTickGap: 16,
          }}
          barProps={({ name }) => ({
            isAnimationActive: false,
            // Two failures or skipped ones among a thousand must be seen; nothing where there are none.
            minPointSize: (_top, index) => ((buckets[index]?.[name as Outcome] ?? 0) > 0 ? LEAST_BAR_PX : 0),
            // A finger has not hovered, so that the chart itself knows of no bar yet.
            onClick: (_bar, index, event) => {
              event.stopPropagation();
              open(index);
            },
          })}
          barChartProps={{
            accessibilityLayer: false,
            // A part of the room, never a pixel: on a phone a week's bars have not much more than that each.
            barCategoryGap: buckets.length > 60 ? '10%' : '18%',
            onClick: ({ activeIndex }) => open(activeIndex),
          }}
          tooltipAnimationDuration={0}
          tooltipProps={{
            content: ({ label }) => <Details bucket={buckets.find(({ since }) => since === label)} show={show} />,
          }}
        />
      </div>
      {/* With the numbers: what is too thin to be told from a bar is read here. */}
      <ul className={classes.legend} aria-hidden>
        {outcomes.map(({ name, label, color, count }) => (
          <li key={name}>
            <span className={classes.dot} style={{ background: color }} />
            {label} {formatCount(count)}
          </li>
        ))}
      </ul>
    </>
  );
}

function sumOf(buckets: readonly Bucket[], outcome: Outcome): number {
  return buckets.reduce((sum, bucket) => sum + (bucket[outcome] ?? 0), 0);
}

function labelOf(buckets: readonly Bucket[], since: string): string {
  return buckets.find((bucket) => bucket.since === since)?.label ?? '';
}

function Details({ bucket, show }: { readonly bucket: Bucket | undefined; readonly show: Shown }) {
  if (!bucket) return null;
  return (
    <div className={classes.tooltip}>
      <p>{bucket.label}</p>
      {OUTCOMES[show].map(({ name, label, color }) => (
        <div key={name} className={classes.tooltipRow}>
          <span className={classes.dot} style={{ background: color }} />
          <span>{label}</span>
          <span>{formatCount(bucket[name] ?? 0)}</span>
        </div>
      ))}
      {bucket.p95 !== null && (
        <div className={classes.tooltipRow}>
          <span />
          <span>95% within</span>
          <span>{formatMs(bucket.p95)}</span>
        </div>
      )}
    </div>
  );
}

/** A stacked bar's value is where it begins and ends. */
