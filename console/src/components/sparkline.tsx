import classes from './sparkline.module.css';

interface Props {
  /** One number a bar, the oldest first. */
  readonly delivered: readonly number[];
  readonly failed: readonly number[];
  /** What it shows, in words. */
  readonly label: string;
  readonly isWide?: boolean;
}

const HEIGHT = 26;
const STEP = 5;
const BAR = 4;
const LEAST = 2;

/** Calls over time as tiny bars: what failed stands on what was delivered. */
export function Sparkline({ delivered, failed, label, isWide = false }: Props) {
  const most = Math.max(1, ...delivered.map((count, index) => count + (failed[index] ?? 0)));
  const heightOf = (count: number) => (count === 0 ? 0 : Math.max(LEAST, (count / most) * (HEIGHT - LEAST)));
  return (
    <svg
      className={classes.sparkline}
      data-wide={isWide}
      viewBox={`0 0 ${delivered.length * STEP} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <title>{label}</title>
      {delivered.map((count, index) => {
        const good = heightOf(count);
        const bad = heightOf(failed[index] ?? 0);
        const x = index * STEP;
        return (
          <g key={index}>
            <rect x={x} y={HEIGHT - 1} width={BAR} height={1} className={classes.ground} />
            <rect x={x} y={HEIGHT - good} width={BAR} height={good} className={classes.delivered} />
            <rect x={x} y={Math.max(0, HEIGHT - good - bad)} width={BAR} height={bad} className={classes.failed} />
          </g>
        );
      })}
    </svg>
  );
}
