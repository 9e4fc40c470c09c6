import { writeFileSync } from 'node:fs';

/** Writes "N passed, N failed" to the file that HUB_TEST_TOTALS names; a test file that could not run counts as failed. */
export default class TotalsReporter {
  onRunComplete(_contexts, results) {
    const file = process.env.HUB_TEST_TOTALS;
    if (!file) return;
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests > 0 ? `, ${results.numPendingTests} skipped` : '';
    writeFileSync(file, `${results.numPassedTests} passed, ${failed} failed${skipped}\n`);
  }
}
