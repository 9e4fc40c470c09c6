import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HOSTILE_ADDRESSES, HOSTILE_TARGETS } from '../../test/support/hostile-targets.js';
import { OutboundHttpService } from './outbound-http.service.js';
import { TargetPolicy } from './target-policy.js';
import { type ResolvedAddress, vettedConnector } from './vetted-connector.js';

const PUBLIC: ResolvedAddress = { address: '93.184.216.34', family: 4 };
const LOOPBACK: ResolvedAddress = { address: '127.0.0.1', family: 4 };

describe('outbound calls and their targets', () => {
  let receiver: Server;
  let port: number;
  let connections = 0;
  const open: OutboundHttpService[] = [];

  beforeAll(async () => {
    receiver = createServer((_request, response) => response.end('ok')).on('connection', () => (connections += 1));
    await once(receiver.listen(0, '127.0.0.1'), 'listening');
    ({ port } = receiver.address() as AddressInfo);
  });
  afterAll(async () => {
    await Promise.all(open.map((service) => service.close()));
    receiver.close();
  });

  function service(targetAllowCidrs: string[] = [], lookups: ResolvedAddress[][] = []): OutboundHttpService {
    const resolve = () => Promise.resolve(lookups.length > 1 ? (lookups.shift() ?? []) : (lookups[0] ?? []));
    const created = new OutboundHttpService({ targetAllowCidrs, allowHttp: true, resolve });
    open.push(created);
    return created;
  }

  async function expectRefused(sender: OutboundHttpService, url: string): Promise<void> {
    const before = connections;
    const answer = await sender.send({ url, headers: {}, timeoutMs: 2_000 });
    expect(answer.error?.code).toBe('address_not_allowed');
    expect(answer.status).toBe(0);
    expect(connections).toBe(before);
  }

  /** Answers as the table says, for every name of it. */
  function tableService(targetAllowCidrs: string[]): OutboundHttpService {
    const resolve = (name: string) => {
      const addresses = HOSTILE_ADDRESSES.get(name.replace(/\.$/, '')) ?? [];
      return Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
    };
    const created = new OutboundHttpService({ targetAllowCidrs, allowHttp: true, resolve });
    open.push(created);
    return created;
  }

  it.each(HOSTILE_TARGETS)(
    'refuses $url when it is saved and when it is called: $because',
    async ({ url, refusal }) => {
      const sender = tableService(['192.0.2.255/32']);
      for (const spelled of [url, url.replace(/^http:/, 'https:')].map((text) =>
        text.replace('{port}', String(port)),
      )) {
        await expect(sender.checkTarget(spelled)).resolves.toMatch(refusal);
        await expectRefused(sender, spelled);
      }
    },
  );

  it.each(HOSTILE_TARGETS.filter(({ isAlwaysClosed }) => isAlwaysClosed))(
    'refuses $url even when everything is allow-listed: $because',
    async ({ url, refusal }) => {
      const sender = tableService(['0.0.0.0/0', '::/0']);
      const spelled = url.replace('{port}', String(port));
      await expect(sender.checkTarget(spelled)).resolves.toMatch(refusal);
      await expectRefused(sender, spelled);
    },
  );

  it('refuses a name that was public when saved and is private when called', async () => {
    const sender = service([], [[PUBLIC], [LOOPBACK]]);
    const url = `http://rebind.example:${port}/`;
    await expect(sender.checkTarget(url)).resolves.toBeNull();
    await expectRefused(sender, url);
  });

  it('refuses a name of which one address is private', async () => {
    const sender = service([], [[PUBLIC, LOOPBACK]]);
    const url = `http://mixed.example:${port}/`;
    await expect(sender.checkTarget(url)).resolves.toContain('not allowed');
    await expectRefused(sender, url);
  });

  function connectFailure(policy: TargetPolicy, hostname: string): Promise<Error | null> {
    const connect = vettedConnector(policy, () => Promise.resolve([LOOPBACK]));
    return new Promise((resolve) =>
      connect({ hostname, protocol: 'https:', port: String(port) }, (...[error]) => resolve(error)),
    );
  }

  it('opens no connection to an address literal that is not allowed, whoever asks', async () => {
    const before = connections;
    const error = await connectFailure(new TargetPolicy([], true), '127.0.0.1');
    expect(error?.message).toBe('The address 127.0.0.1 is not public and is not allowed as a target.');
    expect(connections).toBe(before);
  });

  it('refuses a connection that ended up elsewhere than the look-up said', async () => {
    class TrustingPolicy extends TargetPolicy {
      override refuseResolved = () => null;
    }
    const error = await connectFailure(new TrustingPolicy([], true), 'elsewhere.example');
    expect(error?.message).toContain('led to an address that is not allowed');
  });

  it('reaches allow-listed addresses by literal, by mapped literal and by name', async () => {
    const sender = service(['127.0.0.0/8'], [[LOOPBACK]]);
    for (const host of ['127.0.0.1', '[::ffff:127.0.0.1]', 'partner.example']) {
      const url = `http://${host}:${port}/`;
      await expect(sender.checkTarget(url)).resolves.toBeNull();
      const { status, error } = await sender.send({ url, headers: {}, timeoutMs: 2_000 });
      expect({ host, status, error }).toEqual({ host, status: 200, error: null });
    }
  });

  it('accepts a name at save that does not resolve yet, and reports it when called', async () => {
    const resolve = () => Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }));
    const sender = new OutboundHttpService({ targetAllowCidrs: [], allowHttp: true, resolve });
    open.push(sender);
    await expect(sender.checkTarget('https://soon.example/')).resolves.toBeNull();
    const answer = await sender.send({ url: 'https://soon.example/', headers: {}, timeoutMs: 2_000 });
    expect(answer.error).toEqual({ code: 'dns', message: 'The host soon.example could not be resolved (ENOTFOUND).' });
  });

  it('counts a look-up that never ends towards the deadline', async () => {
    const sender = new OutboundHttpService({
      targetAllowCidrs: [],
      allowHttp: true,
      resolve: () => new Promise(() => {}),
    });
    open.push(sender);
    const answer = await sender.send({ url: 'https://slow-dns.example/', headers: {}, timeoutMs: 50 });
    expect(answer.error?.code).toBe('timeout');
    expect(answer.error?.message).toContain('no connection');
  });

  it('sends nothing over plain HTTP where HTTPS is demanded', async () => {
    const sender = service(['127.0.0.0/8']);
    const url = `http://127.0.0.1:${port}/`;
    await expect(sender.checkTarget(url, { httpsOnly: true })).resolves.toBe('The URL must start with https://.');
    const answer = await sender.send({ url, headers: {}, timeoutMs: 2_000, httpsOnly: true });
    expect(answer.error?.code).toBe('address_not_allowed');
  });
});
