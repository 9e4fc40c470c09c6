import { connect, type Socket } from 'node:net';

/** A TCP connection to a hub that sends what it is told, byte by byte if need be, and keeps what comes back. */
export class RawConnection {
  private readonly chunks: Buffer[] = [];
  private readonly openedAtMs = performance.now();
  private trickle: NodeJS.Timeout | undefined;
  /** Resolves when the hub has closed it, with how long it lived. */
  readonly closed: Promise<number>;

  private constructor(private readonly socket: Socket) {
    socket.on('data', (chunk) => this.chunks.push(chunk));
    // The hub may be gone before all is written.
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        clearInterval(this.trickle);
        resolve(performance.now() - this.openedAtMs);
      });
    });
  }

  static async to(url: string): Promise<RawConnection> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port) });
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return new RawConnection(socket);
  }

  send(bytes: string | Buffer): this {
    this.socket.write(bytes);
    return this;
  }

  /** One byte at a time, without end. */
  sendSlowly(byte: string, everyMs: number): this {
    this.trickle = setInterval(() => this.socket.write(byte), everyMs);
    return this;
  }

  close(): void {
    this.socket.destroy();
  }

  get status(): number {
    return Number(/^HTTP\/1\.1 (\d{3})/.exec(this.text)?.[1] ?? 0);
  }

  /** The body of the answer, parsed. */
  get body(): unknown {
    const start = this.text.indexOf('\r\n\r\n');
    return start < 0 ? undefined : JSON.parse(this.text.slice(start + 4));
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString();
  }
}
