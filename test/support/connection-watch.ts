import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

/** Node tells of every TCP connection that this process opens, whoever opens it. */
const CLIENT_SOCKETS = 'net.client.socket';

/** Sees every address that this process tries to connect to, also those where nothing answers. */
export class ConnectionWatch {
  private readonly seen: { readonly address: string; readonly port: number }[] = [];

  constructor() {
    subscribe(CLIENT_SOCKETS, this.onSocket);
  }

  /** Where connections were tried, but for the given ports of the test's own servers; and forgets it. */
  takeBut(ownPorts: readonly number[]): string[] {
    const others = this.seen.splice(0).filter(({ port }) => !ownPorts.includes(port));
    return others.map(({ address, port }) => `${address}:${port}`);
  }

  close(): void {
    unsubscribe(CLIENT_SOCKETS, this.onSocket);
  }

  private readonly onSocket = (message: unknown): void => {
    const { socket } = message as { socket: Socket };
    socket.on('connectionAttempt', (address: string, port: number) => this.seen.push({ address, port }));
  };
}
