const SHOWN = 20;

/** Fails the run, as one failed test more, when a hub has logged a secret or personal data. Stands before the reporters that count. */
export default class LogLeaksReporter {
  async onRunComplete(_contexts, results) {
    const directory = process.env.HUB_TEST_LOG_DIR;
    if (!directory) return;
    const { leaksOfRun } = await import('./log-leaks-of-run.ts');
    const { leaks, lines } = leaksOfRun(directory);
    if (leaks.length === 0) return;
    results.numFailedTests++;
    results.numTotalTests++;
    const shown = leaks.slice(0, SHOWN).map(({ what, line }) => `  ${what} in: ${line.slice(0, 1_000)}`);
    process.stderr.write(`\n${leaks.length} leaks in ${lines} log lines of this run:\n${shown.join('\n')}\n\n`);
  }
}
