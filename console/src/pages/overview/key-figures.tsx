import type { ReactNode } from 'react';
import type { Schema } from '../../api/client';
import { countOf, formatCount, formatMs, formatShare } from '../../components/numbers';
import { TimeAgo } from '../../components/time-ago';
import classes from './key-figures.module.css';

type Stats = Schema<'StatsDto'>;

/** The numbers of the overview: the first row is of the time chosen, the rest of now. */
export function KeyFigures({ stats: { totals, backlog, subscriptions } }: { readonly stats: Stats }) {
  const { delivered, failed } = totals.deliveries;
  return (
    <dl className={classes.figures}>
      <Figure term="Success rate" value={totals.success_rate === null ? '–' : formatShare(totals.success_rate)}>
        {totals.success_rate === null
          ? 'Nothing was due in this time'
          : `${formatCount(delivered)} delivered, ${formatCount(failed)} failed`}
      </Figure>
      <Percentiles term="Answer time" ms={totals.call_ms} none="No calls in this time" />
      <Percentiles term="Event to delivery" ms={totals.delivery_ms} none="Nothing delivered in this time" />
      <Figure term="Waiting now" value={formatCount(backlog.pending)} tone={isLate(backlog) ? 'warning' : undefined}>
        {backlog.oldest_due_at === null ? (
          'Nothing is overdue'
        ) : (
          <>
            {formatCount(backlog.due)} due, the oldest <TimeAgo at={backlog.oldest_due_at} />
          </>
        )}
      </Figure>
      <Figure term="Active subscriptions" value={formatCount(subscriptions.active)}>
        of {countOf(subscriptions.total, 'subscription')}
        {subscriptions.failing > 0 && `, ${formatCount(subscriptions.failing)} failing`}
      </Figure>
    </dl>
  );
}

interface FigureProps {
  readonly term: string;
  readonly value: string;
  readonly tone?: 'warning';
  readonly children: ReactNode;
}

function Figure({ term, value, tone, children }: FigureProps) {
  return (
    <div className={classes.figure}>
      <dt>{term}</dt>
      <dd className={classes.value} data-tone={tone}>
        {value}
      </dd>
      <dd className={classes.note}>{children}</dd>
    </div>
  );
}

interface PercentilesProps {
  readonly term: string;
  readonly ms: Stats['totals']['call_ms'];
  readonly none: string;
}

function Percentiles({ term, ms, none }: PercentilesProps) {
  if (ms === null) {
    return (
      <Figure term={term} value="–">
        {none}
      </Figure>
    );
  }
  return (
    <Figure term={term} value={formatMs(ms.p50)}>
      median; <span className={classes.part}>95% within {formatMs(ms.p95)},</span>{' '}
      <span className={classes.part}>99% within {formatMs(ms.p99)}</span>
    </Figure>
  );
}

const LATE_MS = 60_000;

/** Due for longer than a busy moment explains. */
function isLate({ oldest_due_at: at }: Stats['backlog']): boolean {
  return at !== null && Date.now() - Date.parse(at) > LATE_MS;
}
