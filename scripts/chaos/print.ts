import { groupBy } from '../../src/common/collections.js';
import type { ChaosOptions, ChaosReport } from './run.js';

/** A run for people to read: what was killed, what came of everything, and whether it is as it has to be. */

const SHOWN_VIOLATIONS = 10;

export function printReport(options: ChaosOptions, report: ChaosReport): void {
  const { ledger, deliveries, subscriptions } = report.evidence;
  const byStatus = countsOf(deliveries, ({ status }) => status);
  console.log(`
killed      ${countsOf(report.kills, ({ target }) => target)}
requests    ${ledger.requests}: ${ledger.unanswered} got no answer and ${ledger.unavailable} a 503, and were repeated; ${ledger.repeated} repeated all the same
events      ${ledger.events.length}
deliveries  ${deliveries.length}: ${byStatus}`);
  const inOrder = [...subscriptions.values()].sort((left, right) => left.id.localeCompare(right.id));
  for (const { status, statusReason, wanted } of inOrder) {
    const own = deliveries.filter(({ subscriptionId }) => subscriptionId === wanted.id);
    const name = `${wanted.account}/${wanted.profile.behaviour}`.padEnd(16);
    const state = status === 'active' ? '' : `  (${status}: ${statusReason})`;
    console.log(`  ${name}${countsOf(own, (delivery) => delivery.status)}${state}`);
  }
  console.log('');
  for (const { name, note, violations } of report.checks) {
    console.log(`${violations.length === 0 ? 'ok    ' : 'FAILED'}  ${name}${note ? `\n        ${note}` : ''}`);
    for (const violation of violations.slice(0, SHOWN_VIOLATIONS)) console.log(`        - ${violation}`);
    if (violations.length > SHOWN_VIOLATIONS) console.log(`        … ${violations.length - SHOWN_VIOLATIONS} more`);
  }
  console.log(`\n${summaryOf(options, report)}`);
}

/** The run in one line. */
export function summaryOf({ seed, queue, database }: ChaosOptions, { kills, checks, evidence }: ChaosReport): string {
  const failed = checks.filter(({ violations }) => violations.length > 0).length;
  const verdict = failed === 0 ? 'ok' : `FAILED (${failed} of ${checks.length} checks)`;
  const onRecord = checks.find(({ name }) => name.startsWith('calls received'))?.note ?? '';
  return (
    `seed ${seed}, ${queue} queue, ${database} database: ${verdict}; ${kills.length} kills, ` +
    `${evidence.ledger.events.length} events, ${evidence.deliveries.length} deliveries; calls: ${onRecord}`
  );
}

function countsOf<T>(items: readonly T[], nameOf: (item: T) => string): string {
  const counts = [...groupBy(items, nameOf)].sort(([left], [right]) => left.localeCompare(right));
  return counts.map(([name, group]) => `${group.length} ${name}`).join(', ') || 'none';
}
