import type { ChildProcess } from 'node:child_process';
import { messageOf, startScript } from './child.js';
import type { ReceiverOrders } from './receiver-process.js';

interface Reached {
  readonly reached: number;
  readonly latencies: number[];
}

/** The receiver's process as the benchmark sees it. */
export class BenchReceiver {
  private constructor(
    private readonly process: ChildProcess,
    readonly url: string,
  ) {}

  static async start(): Promise<BenchReceiver> {
    const child = startScript('receiver-process.ts');
    const { port } = await messageOf<{ port: number }>(child, 'port');
    return new BenchReceiver(child, `http://127.0.0.1:${port}`);
  }

  get pid(): number | undefined {
    return this.process.pid;
  }

  /** Counts from now on. `reached` resolves once `countTo` calls were answered 200, with what was measured. */
  async expect(orders: ReceiverOrders): Promise<{ reached: Promise<Reached> }> {
    const ready = messageOf<{ ready: true }>(this.process, 'ready');
    const reached = messageOf<Reached>(this.process, 'reached');
    // Nobody may wait for it any more when a part fails.
    reached.catch(() => undefined);
    this.process.send(orders);
    await ready;
    return { reached };
  }

  stop(): void {
    this.process.kill();
  }
}
