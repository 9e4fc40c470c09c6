import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ApiClient } from '../../test/support/api-client.js';
import { endWithThisProcess } from '../../test/support/watchdog.js';
import type { Check } from './check.js';
import { CALLS_UNRECORDED, Cluster, type Database, type Queue } from './cluster.js';
import { type Evidence, gather } from './evidence.js';
import { judge } from './oracle.js';
import { type Kill, planKills, type Victim } from './plan.js';
import { Producers } from './producers.js';
import { Random } from './random.js';
import { Receivers } from './receivers.js';
import { untilNothingIsDue } from './settle.js';
import { type Account, subscribeAccounts } from './subscriptions.js';

export interface ChaosOptions {
  readonly seed: number;
  /** Of traffic and kills, not counting the time in which nobody serves; what is due afterwards takes about as long again. */
  readonly durationMs: number;
  /** Retries that are due by then are waited for; schedules go on for days. At least 8: the first retry of most. */
  readonly horizonSeconds: number;
  readonly queue: Queue;
  readonly database: Database;
  /** Which parts may be killed; absent: all. */
  readonly targets?: readonly string[];
  /** Where the journal of the receivers and what the hub said are kept; absent: nowhere. */
  readonly keepIn?: string;
  readonly log: (line: string) => void;
}

export interface ChaosReport {
  readonly kills: readonly Kill[];
  readonly evidence: Evidence;
  readonly settledMs: number;
  readonly checks: readonly Check[];
}

const SAMPLED_EVENTS = 20;
const CLOCK_STEP_MS = 50;

/** Starts everything, lets the seed kill it, and judges what is left. Nothing that it started outlives it. */
export class ChaosRun {
  private readonly cluster = new Cluster();
  private readonly cleanUps: (() => Promise<unknown>)[] = [];
  private readonly startedAt = performance.now();
  private stopped: Promise<void> | null = null;

  constructor(private readonly options: ChaosOptions) {}

  /** The caller stops it, however this ends. */
  async run(): Promise<ChaosReport> {
    const { seed, durationMs, queue, database, horizonSeconds } = this.options;
    const random = new Random(seed);
    const directory = await this.makeDirectory();
    const journalFile = join(directory, 'calls.jsonl');
    const receivers = await Receivers.start(random.fork().integer(0, 2 ** 31), journalFile);
    this.cleanUps.push(() => receivers.stop());
    this.cleanUps.push(() => this.cluster.stop());
    await this.cluster.start(queue, database);
    const api = new ApiClient(this.cluster.apiUrl, this.cluster.adminKey);
    const accounts = await subscribeAccounts(api, receivers.url);

    const victims = this.chooseVictims();
    const plan = planKills(random.fork(), victims, durationMs);
    const producers = new Producers(api, accounts, random.fork());
    const kills = await this.kill(plan, durationMs);
    await producers.stop();
    this.say('the traffic has ended; what is due is waited for');
    const settledMs = await untilNothingIsDue(() => this.cluster.databaseUrl(), horizonSeconds);
    this.say(`nothing is due any more, after ${(settledMs / 1_000).toFixed(1)} s`);
    const asked = await askAcross(api, accounts, producers);
    const frozenAt = new Date();
    const { databaseUrl, badEnds } = await this.cluster.freeze();
    await receivers.finish();
    const evidence = await gather(databaseUrl, journalFile, { ledger: producers.ledger, accounts, frozenAt });
    await this.keep(journalFile);
    const bound = {
      kills: kills.filter(({ target }) => this.cluster.sends(target)).length,
      callsUnrecorded: CALLS_UNRECORDED,
    };
    const processes: Check = {
      name: 'no process of the hub ended by itself, and each ended with 0 when it was asked to',
      violations: [...this.cluster.endedByItself, ...badEnds],
    };
    return { kills, evidence, settledMs, checks: [...judge(evidence, bound), asked, processes] };
  }

  /** Ends all that is still running; may be called at any time. */
  stop(): Promise<void> {
    this.stopped ??= this.cleanUp();
    return this.stopped;
  }

  private chooseVictims(): Victim[] {
    const { victims } = this.cluster;
    const { targets } = this.options;
    if (!targets) return victims;
    const names = victims.map(({ target }) => target);
    const unknown = targets.filter((target) => !names.includes(target));
    if (unknown.length > 0) throw new Error(`There is no ${unknown.join(', ')} to kill, only ${names.join(', ')}.`);
    return victims.filter(({ target }) => targets.includes(target));
  }

  private async makeDirectory(): Promise<string> {
    const directory = await mkdtemp(join(tmpdir(), 'hub-chaos-'));
    const callOff = endWithThisProcess('rm -rf "$1"', directory);
    this.cleanUps.push(async () => {
      await rm(directory, { recursive: true, force: true });
      callOff();
    });
    return directory;
  }

  /** Answers those that were killed: what has not come back since the last time is spared. */
  private async kill(plan: readonly Kill[], durationMs: number): Promise<Kill[]> {
    const clock = new ServingClock(this.cluster);
    const kills: Kill[] = [];
    for (const kill of plan) {
      await clock.until(kill.atMs);
      const back = this.cluster.kill(kill);
      if (back) kills.push(kill);
      this.say(`${kill.target} is ${back ? `killed, away for ${(kill.awayMs / 1_000).toFixed(1)} s` : 'not back yet'}`);
      back?.then(
        () => this.say(`${kill.target} is back`),
        (error: unknown) => this.say(`${kill.target} does not come back: ${String(error)}`),
      );
    }
    await clock.until(durationMs);
    await this.cluster.settled();
    return kills;
  }

  private async keep(journalFile: string): Promise<void> {
    const { keepIn } = this.options;
    if (keepIn === undefined) return;
    await mkdir(keepIn, { recursive: true });
    await copyFile(journalFile, join(keepIn, 'calls.jsonl'));
    for (const [name, output] of this.cluster.outputs) await writeFile(join(keepIn, `${name}.log`), output);
  }

  private say(line: string): void {
    this.options.log(`${((performance.now() - this.startedAt) / 1_000).toFixed(1).padStart(6)} s  ${line}`);
  }

  private async cleanUp(): Promise<void> {
    for (const cleanUp of this.cleanUps.splice(0).reverse()) await cleanUp();
  }
}

/**
 * Goes on only while events can be accepted and sent: on a busy machine starting takes long, and killing what has only
 * just come back would meet no traffic.
 */
class ServingClock {
  private servedMs = 0;

  constructor(private readonly cluster: Cluster) {}

  async until(atMs: number): Promise<void> {
    while (this.servedMs < atMs) {
      const startedAt = performance.now();
      await delay(CLOCK_STEP_MS);
      if (this.cluster.isServing) this.servedMs += performance.now() - startedAt;
    }
  }
}

/** Each account finds its own events by the API, and none of the other's. */
async function askAcross(api: ApiClient, accounts: readonly Account[], { ledger }: Producers): Promise<Check> {
  const violations: string[] = [];
  const step = Math.max(1, Math.floor(ledger.events.length / SAMPLED_EVENTS));
  for (const event of ledger.events.filter((_, index) => index % step === 0)) {
    for (const id of event.eventIds) {
      for (const { name, key } of accounts) {
        const { status } = await api.get(`/v1/events/${id}`, { key });
        const expected = name === event.account ? 200 : 404;
        if (status !== expected) violations.push(`${id} of account ${event.account} is ${status} to ${name}`);
      }
    }
  }
  return { name: 'each account finds its events by the API, and none of the other', violations };
}
