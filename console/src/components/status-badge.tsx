import classes from './status-badge.module.css';

/** Statuses of subscriptions, partners, deliveries, attempts and sources, by what they mean to the reader. */
const TONES = {
  active: 'good',
  delivered: 'good',
  accepted: 'good',
  confirmation: 'good',
  done: 'good',
  fetching: 'waiting',
  running: 'waiting',
  unreadable: 'bad',
  pending: 'waiting',
  suspended: 'warning',
  skipped: 'quiet',
  cancelled: 'quiet',
  disabled: 'quiet',
  deactivated: 'bad',
  failed: 'bad',
  retry: 'warning',
  failing: 'warning',
  refused: 'bad',
} as const;

type Tone = (typeof TONES)[keyof typeof TONES];

/** A status as a word with a coloured dot: never by colour alone. */
export function StatusBadge({ status }: { readonly status: string }) {
  const tone: Tone = TONES[status as keyof typeof TONES] ?? 'quiet';
  return (
    <span className={classes.badge} data-tone={tone}>
      {status}
    </span>
  );
}
