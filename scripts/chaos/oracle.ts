import type { Bound, Check } from './check.js';
import { nothingCrossedAccounts, nothingIsForgotten } from './checks-database.js';
import { callsAreOnRecord, callsAreTheSame } from './checks-calls.js';
import { everythingAcceptedArrived, nothingIsThereTwice } from './checks-events.js';
import type { Evidence } from './evidence.js';

/** Judges a run by its evidence alone. */
export function judge(evidence: Evidence, bound: Bound): Check[] {
  return [
    everythingAcceptedArrived(evidence),
    callsAreOnRecord(evidence, bound),
    nothingCrossedAccounts(evidence),
    nothingIsForgotten(evidence),
    callsAreTheSame(evidence),
    nothingIsThereTwice(evidence),
    {
      name: 'producers were answered 2xx, or 503 with Retry-After',
      violations: evidence.ledger.wrongAnswers,
    },
  ];
}
