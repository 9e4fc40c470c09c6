import { writeFileSync } from 'node:fs';

/**
 * Writes "N passed, N failed" to the file that HUB_TEST_TOTALS names, once the whole run is over. A test file that
 * could not run counts as one failure.
 */
export default class TotalsReporter {
  onRunComplete(_contexts, { numPassedTests, numFailedTests, numRuntimeErrorTestSuites }) {
    const file = process.env.HUB_TEST_TOTALS;
    if (!file) return;
    writeFileSync(file, `${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed\n`);
  }
}
