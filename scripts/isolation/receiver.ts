import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** When each event came to each path. Answers 200, after as long as the path is told, or never. */
export class TimingReceiver {
  /** `Date.now()` by event id, the first call of each. */
  readonly arrivals = new Map<string, number>();
  readonly calls = new Map<string, number[]>();
  private readonly delays = new Map<string, number>();
  private readonly sockets = new Set<Socket>();
  private readonly server = createServer();

  static async start(): Promise<TimingReceiver> {
    const receiver = new TimingReceiver();
    receiver.listen();
    await new Promise<void>((resolve) => receiver.server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** `Infinity`: never. */
  answerAfter(path: string, ms: number): void {
    this.delays.set(path, ms);
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private listen(): void {
    this.server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
      socket.on('error', () => undefined);
    });
    this.server.on('request', (request, response) => {
      const at = Date.now();
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => this.take(request.url ?? '', at, Buffer.concat(chunks).toString(), response));
    });
  }

  private take(path: string, at: number, body: string, response: ServerResponse): void {
    const { id } = (JSON.parse(body) as { data: { id: string } }).data;
    if (!this.arrivals.has(id)) this.arrivals.set(id, at);
    const calls = this.calls.get(path) ?? [];
    calls.push(at);
    this.calls.set(path, calls);
    const delay = this.delays.get(path) ?? 0;
    if (delay === Infinity) return;
    setTimeout(() => response.writeHead(200).end('ok'), delay);
  }
}
