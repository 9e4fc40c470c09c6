/** One row of what was measured. Absent: not measured in it. */
export interface Result {
  readonly part: string;
  readonly what: string;
  readonly acceptedPerSecond?: number;
  readonly deliveriesPerSecond?: number;
  /** Calls of the same size that the bare loop made a second right before and right after. */
  readonly barePerSecond?: number;
  /** `deliveriesPerSecond` over that. */
  readonly overBare?: number;
  readonly hubCpuSecondsPer10000?: number;
  readonly databaseCpuSecondsPer10000?: number;
  readonly commitsPerDelivery?: number;
  readonly residentMb?: number;
  readonly latencyMs?: { readonly p50: number; readonly p95: number; readonly p99: number };
  readonly seconds?: number;
}

export function percentiles(values: readonly number[]): { p50: number; p95: number; p99: number } {
  const sorted = [...values].sort((left, right) => left - right);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

/** A table of each part, then everything as one line of JSON. */
export function print(results: readonly Result[], options: object): void {
  for (const part of new Set(results.map((result) => result.part))) {
    console.log(`\n${part}`);
    console.table(results.filter((result) => result.part === part).map(row));
  }
  console.log(JSON.stringify({ options, results }));
}

function row(result: Result): Record<string, string> {
  const { latencyMs } = result;
  const cells = {
    what: result.what,
    'accepted/s': whole(result.acceptedPerSecond),
    'deliveries/s': whole(result.deliveriesPerSecond),
    'bare calls/s': whole(result.barePerSecond),
    'over bare': result.overBare?.toFixed(2),
    'hub CPU s/10,000': result.hubCpuSecondsPer10000?.toFixed(2),
    'database CPU s/10,000': result.databaseCpuSecondsPer10000?.toFixed(2),
    'commits/delivery': result.commitsPerDelivery?.toFixed(4),
    'memory MB': whole(result.residentMb),
    'p50 / p95 / p99 ms':
      latencyMs && [latencyMs.p50, latencyMs.p95, latencyMs.p99].map((ms) => ms.toFixed(1)).join(' / '),
    seconds: result.seconds?.toFixed(2),
  };
  return Object.fromEntries(
    Object.entries(cells).flatMap(([name, cell]) => (cell === undefined ? [] : [[name, cell]])),
  );
}

function whole(value: number | undefined): string | undefined {
  return value === undefined ? undefined : Math.round(value).toString();
}
