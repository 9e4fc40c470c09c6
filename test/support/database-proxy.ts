import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** How PostgreSQL says that a COMMIT is done. */
const COMMITTED = Buffer.from('COMMIT\0');

type Mode = 'passing' | 'gone' | 'silent';

/** Stands between a hub and its database, and takes it away as networks and failovers do. */
export class DatabaseProxy {
  private mode: Mode = 'passing';
  private commitsToLose = 0;
  private onRefused: () => void = () => undefined;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {}

  static async start(databaseUrl: string): Promise<DatabaseProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const proxy = new DatabaseProxy(server, new URL(databaseUrl));
    server.on('connection', (client) => proxy.serve(client));
    return proxy;
  }

  /** The database's address by way of this. */
  get url(): string {
    const url = new URL(this.target);
    const { port } = this.server.address() as AddressInfo;
    [url.hostname, url.port] = ['127.0.0.1', String(port)];
    return url.toString();
  }

  /** Ends every connection and takes no new one. */
  cut(): void {
    this.drop('gone');
  }

  /** Ends every connection; new ones are taken, and never answered. */
  silence(): void {
    this.drop('silent');
  }

  /** Connections that there are stay open and are never answered again, as after a failover; new ones are served. */
  freeze(): void {
    for (const socket of this.sockets) {
      socket.unpipe();
      socket.removeAllListeners('data').resume();
    }
  }

  restore(): void {
    this.drop('passing');
  }

  /** The next transactions to commit do; their connections end before the hub is told. */
  loseCommits(count: number): void {
    this.commitsToLose = count;
  }

  async close(): Promise<void> {
    this.drop('gone');
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Resolves once so many more connections were not taken. */
  untilRefused(count: number): Promise<void> {
    return new Promise((resolve) => {
      this.onRefused = () => (--count === 0 ? resolve() : undefined);
    });
  }

  private drop(mode: Mode): void {
    this.mode = mode;
    for (const socket of this.sockets) socket.destroy();
  }

  private serve(client: Socket): void {
    this.keep(client);
    if (this.mode === 'gone') return this.refuse(client);
    if (this.mode === 'silent') return void client.resume();
    const { hostname, port } = this.target;
    const database = connect(Number(port || 5432), hostname);
    this.keep(database);
    client.pipe(database);
    database.on('data', (chunk: Buffer) => {
      if (this.commitsToLose === 0 || !chunk.includes(COMMITTED)) return void client.write(chunk);
      this.commitsToLose--;
      client.destroy();
    });
    client.on('close', () => database.destroy());
    database.on('close', () => client.destroy());
  }

  private refuse(client: Socket): void {
    client.destroy();
    this.onRefused();
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.sockets.delete(socket));
  }
}
