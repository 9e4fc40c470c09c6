import { ConnectionWatch } from './connection-watch.js';
import { HOSTILE_ADDRESSES, type HostileTarget } from './hostile-targets.js';
import { TestHub } from './hub.js';
import { NameServer } from './name-server.js';
import { Receiver } from './receiver.js';

/** Nothing of the table; the setting cannot be empty. */
export const NOTHING_OPEN = '192.0.2.255/32';
const EVERYTHING_OPEN = '0.0.0.0/0,::/0';

/** Where the hostile targets are tried: a hub that opens no range, one that opens all, and what must not be called. */
export class HostileGround {
  private constructor(
    readonly names: NameServer,
    /** Listens wherever a target of the table leads to this machine. */
    readonly victim: Receiver,
    readonly strict: TestHub,
    readonly open: TestHub,
    private readonly watch: ConnectionWatch,
  ) {}

  static async start(): Promise<HostileGround> {
    const [names, victim] = await Promise.all([NameServer.start(), Receiver.start()]);
    for (const [host, addresses] of HOSTILE_ADDRESSES) names.answer(host, addresses);
    const start = (TARGET_ALLOW_CIDRS: string) =>
      TestHub.start({ resolve: names.resolver(), environment: { TARGET_ALLOW_CIDRS, KEY_REQUESTS_PER_SECOND: '0' } });
    const [strict, open] = await Promise.all([start(NOTHING_OPEN), start(EVERYTHING_OPEN)]);
    return new HostileGround(names, victim, strict, open, new ConnectionWatch());
  }

  urlOf({ url }: HostileTarget): string {
    return url.replace('{port}', new URL(this.victim.url).port);
  }

  /**
   * Where this process tried to connect to since the last time, but for the calls that the tests make and those to
   * databases; and what came to the victim.
   */
  takeCalls(...alsoOwn: readonly TestHub[]): string[] {
    const own = [this.strict, this.open, ...alsoOwn].flatMap(({ url, databaseUrl }) => [url, databaseUrl]);
    const tried = this.watch.takeBut(own.map((url) => Number(new URL(url).port || 5432)));
    return [...tried, ...this.victim.calls.splice(0).map(({ method, path }) => `${method} ${path}`)];
  }

  async close(): Promise<void> {
    this.watch.close();
    await Promise.all([this.strict.stop(), this.open.stop(), this.victim.close()]);
    this.names.close();
  }
}
