import { setTimeout as delay } from 'node:timers/promises';
import { type Environment, HubProcess } from '../../test/support/hub-process.js';

const RESTART_DELAY_MS = 200;
const START_LIMIT_MS = 90_000;

/** One process of the hub, started again whenever it ends, as a service manager does it. */
export class SupervisedHub {
  /** Ends that nobody asked for, with what the process said. */
  readonly endedByItself: string[] = [];
  private current: HubProcess | null = null;
  private work: Promise<void> = Promise.resolve();
  private isStopping = false;
  private log = '';

  constructor(
    readonly name: string,
    private readonly environment: Environment,
  ) {}

  /** What its processes said, one after the other. */
  get output(): string {
    return this.log + (this.current ? this.current.stdout + this.current.stderr : '');
  }

  get accepts(): boolean {
    return this.environment.ROLE !== 'worker';
  }

  get sends(): boolean {
    return this.environment.ROLE !== 'api';
  }

  get isUp(): boolean {
    return this.current !== null;
  }

  /** Resolves once it runs. A start that fails (its database may be away) is tried again. */
  start(): Promise<void> {
    return this.afterwards(() => this.bringUp());
  }

  /** Ends it, by kill -9 unless told, and starts a new one after `awayMs`. */
  kill(awayMs: number, end = (hub: HubProcess): Promise<unknown> => hub.stop('SIGKILL')): Promise<void> {
    return this.afterwards(async () => {
      const victim = this.leave();
      if (victim) await end(victim);
      await delay(awayMs);
      await this.bringUp();
    });
  }

  /** Resolves once whatever was begun is done. */
  async settled(): Promise<void> {
    await this.work;
  }

  /** SIGTERM; `null`: it did not run. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.isStopping = true;
    await this.work.catch(() => undefined);
    const exit = await this.leave()?.stop(signal);
    return exit?.code ?? null;
  }

  /** One thing after the other: a process is not killed while it is still being started. */
  private afterwards(step: () => Promise<void>): Promise<void> {
    this.work = this.work.then(step);
    return this.work;
  }

  private leave(): HubProcess | null {
    const left = this.current;
    this.current = null;
    if (left) void left.exited.then(() => (this.log += left.stdout + left.stderr));
    return left;
  }

  private async bringUp(): Promise<void> {
    const deadline = performance.now() + START_LIMIT_MS;
    while (!this.isStopping) {
      try {
        const started = await HubProcess.start(this.environment, START_LIMIT_MS);
        this.current = started;
        void started.exited.then(({ code, signal }) => this.onExit(started, `${code ?? signal}`));
        return;
      } catch (error) {
        this.log += `${String(error)}\n`;
        if (performance.now() > deadline) throw error;
        await delay(RESTART_DELAY_MS);
      }
    }
  }

  private onExit(ended: HubProcess, how: string): void {
    if (ended !== this.current) return;
    this.leave();
    this.endedByItself.push(`${this.name} ended by itself with ${how}: ${ended.stderr.trim().slice(-500)}`);
    this.start().catch((error: unknown) => this.endedByItself.push(`${this.name} does not start: ${String(error)}`));
  }
}
