import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import ipaddr from 'ipaddr.js';
import type { Resolve } from '../../src/outbound-http/vetted-connector.js';

const TYPE_BY_FAMILY = { 4: 1, 6: 28 } as const;
const HEADER_BYTES = 12;
const NO_SUCH_NAME = 3;
/** The name as it stands in the question. */
const SAME_NAME = 0xc00c;
const CLASS_INTERNET = 1;

/** A real name server on the loopback address, for names below `.test`; what it does not know, there is not. */
export class NameServer {
  private readonly answers = new Map<string, (readonly string[])[]>();

  private constructor(private readonly socket: Socket) {
    socket.on('message', (query, from) => this.reply(query, from));
  }

  static async start(): Promise<NameServer> {
    const socket = createSocket('udp4');
    await once(socket.bind(0, '127.0.0.1'), 'listening');
    return new NameServer(socket);
  }

  /** What the first look-up of a name is told, the second, …; the last one stands. No address: there is no such name. */
  answer(name: string, ...lookUps: (readonly string[])[]): void {
    for (const type of Object.values(TYPE_BY_FAMILY)) this.answers.set(`${name} ${type}`, [...lookUps]);
  }

  /** How a hub asks it. */
  resolver(): Resolve {
    const resolver = new Resolver({ timeout: 5_000, tries: 2 });
    resolver.setServers([`127.0.0.1:${this.socket.address().port}`]);
    return async (hostname) => {
      const [found4, found6] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
      if (found4.status === 'rejected' && found6.status === 'rejected') throw found4.reason as Error;
      const addresses = (found: PromiseSettledResult<string[]>) => (found.status === 'fulfilled' ? found.value : []);
      return [
        ...addresses(found4).map((address) => ({ address, family: 4 })),
        ...addresses(found6).map((address) => ({ address, family: 6 })),
      ];
    };
  }

  close(): void {
    this.socket.close();
  }

  private reply(query: Buffer, { port, address }: RemoteInfo): void {
    const { name, type, end } = questionOf(query);
    const lookUps = this.answers.get(`${name} ${type}`);
    const known = (lookUps && lookUps.length > 1 ? lookUps.shift() : lookUps?.[0]) ?? [];
    const records = known.filter((text) => typeOf(text) === type).map(record);
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt16BE(query.readUInt16BE(0), 0);
    header.writeUInt16BE(0x8180 | (known.length === 0 ? NO_SUCH_NAME : 0), 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(records.length, 6);
    this.socket.send(Buffer.concat([header, query.subarray(HEADER_BYTES, end), ...records]), port, address);
  }
}

/** RFC 1035, 4.1.2 */
function questionOf(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

function typeOf(address: string): number {
  return TYPE_BY_FAMILY[ipaddr.parse(address).kind() === 'ipv4' ? 4 : 6];
}

/** RFC 1035, 4.1.3; never kept by whoever asked. */
function record(address: string): Buffer {
  const bytes = Buffer.from(ipaddr.parse(address).toByteArray());
  const fixed = Buffer.alloc(HEADER_BYTES);
  fixed.writeUInt16BE(SAME_NAME, 0);
  fixed.writeUInt16BE(typeOf(address), 2);
  fixed.writeUInt16BE(CLASS_INTERNET, 4);
  fixed.writeUInt16BE(bytes.length, 10);
  return Buffer.concat([fixed, bytes]);
}
