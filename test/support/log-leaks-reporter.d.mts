export default class LogLeaksReporter {
  onRunComplete(contexts: unknown, results: { numFailedTests: number; numTotalTests: number }): Promise<void>;
}
