import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** One call that a receiver got, with the body's bytes as they came. */
export interface ReceivedCall {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export type Answer =
  | number
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string | Buffer }
  /** Never answers. */
  | 'hang'
  /** Closes the connection without an answer. */
  | 'reset'
  | ((call: ReceivedCall, response: ServerResponse) => void);

/** A real HTTP server that records every call, and answers as it is told. */
export class Receiver {
  readonly calls: ReceivedCall[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly waiters = new Set<() => void>();
  private readonly answers = new Map<string, Answer>();
  private readonly scripted = new Map<string, Answer[]>();

  private constructor(
    private readonly server: ReturnType<typeof createServer>,
    readonly url: string,
  ) {}

  static async start(): Promise<Receiver> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const receiver = new Receiver(server, `http://127.0.0.1:${port}`);
    receiver.listen();
    return receiver;
  }

  /** What `path` is answered from now on; 200 unless told. */
  answer(path: string, answer: Answer): void {
    this.answers.set(path, answer);
  }

  /** The next answers of `path`, one call each; afterwards the standing one. */
  answerNext(path: string, ...answers: Answer[]): void {
    this.scripted.set(path, [...(this.scripted.get(path) ?? []), ...answers]);
  }

  on(path: string): ReceivedCall[] {
    return this.calls.filter((call) => call.path === path);
  }

  /** Resolves with the calls to `path` as soon as there are `count`; rejects with what came after `timeoutMs`. */
  async waitFor(path: string, count: number, timeoutMs = 10_000): Promise<ReceivedCall[]> {
    await this.waitUntil(
      () => this.on(path).length >= count,
      timeoutMs,
      () => `${count} calls to ${path}, got ${this.on(path).length}`,
    );
    return this.on(path);
  }

  async waitUntil(condition: () => boolean, timeoutMs: number, what: () => string): Promise<void> {
    if (condition()) return;
    await new Promise<void>((resolve, reject) => {
      const check = () => {
        if (condition()) done(resolve);
      };
      const timer = setTimeout(() => done(() => reject(new Error(`Waited in vain for ${what()}`))), timeoutMs);
      const done = (settle: () => void) => {
        clearTimeout(timer);
        this.waiters.delete(check);
        settle();
      };
      this.waiters.add(check);
    });
  }

  async close(): Promise<void> {
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
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method = '', url: path = '', headers } = request;
        this.record({ method, path, headers, body: Buffer.concat(chunks) }, response);
      });
    });
  }

  private record(call: ReceivedCall, response: ServerResponse): void {
    this.calls.push(call);
    const answer = this.scripted.get(call.path)?.shift() ?? this.answers.get(call.path) ?? 200;
    if (typeof answer === 'function') answer(call, response);
    else if (answer === 'reset') response.socket?.destroy();
    else if (typeof answer === 'number') response.writeHead(answer).end(answer < 300 ? 'ok' : 'no');
    else if (answer !== 'hang') response.writeHead(answer.status, { ...answer.headers }).end(answer.body ?? '');
    for (const waiter of this.waiters) waiter();
  }
}
