import { lookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import { readError, describeFailure, describeTlsFailure, OutboundFailure } from './outbound-failure.js';
import type { TargetPolicy } from './target-policy.js';

export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}
export type Resolve = (hostname: string) => Promise<readonly ResolvedAddress[]>;

/** No second deadline: it outlasts a sensible one, and frees what a request left behind that gave up while connecting. */
const CONNECT_TIMEOUT_MS = 30_000;
/** Node's 250 ms for each address of a name cuts off receivers on the other side of the world. */
const ADDRESS_ATTEMPT_TIMEOUT_MS = 1_000;

/**
 * Look-ups run on few threads, which a slow name server can hold: connections that want the same name share one.
 */
export function systemResolver(): Resolve {
  const pending = new Map<string, Promise<readonly ResolvedAddress[]>>();
  return (hostname) => {
    const running = pending.get(hostname);
    if (running) return running;
    const started = lookup(hostname, { all: true }).finally(() => pending.delete(hostname));
    pending.set(hostname, started);
    return started;
  };
}

/**
 * Opens connections to allowed addresses only. A literal is checked here, since no look-up happens for it; a name when its
 * addresses are known, all of them; and the connected socket once more, before the first byte of TLS or HTTP.
 */
export function vettedConnector(policy: TargetPolicy, resolve: Resolve): buildConnector.connector {
  const connectTcp = buildConnector({
    timeout: CONNECT_TIMEOUT_MS,
    lookup: vettedLookup(policy, resolve),
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: ADDRESS_ATTEMPT_TIMEOUT_MS,
  });
  const startTls = buildConnector({ timeout: CONNECT_TIMEOUT_MS });

  return (target, callback) => {
    const isTls = target.protocol === 'https:';
    const refusal = policy.refuseHost(target.hostname);
    if (refusal !== null) return queueMicrotask(() => callback(notAllowed(refusal), null));

    const port = target.port || (isTls ? '443' : '80');
    connectTcp({ ...target, protocol: 'http:', port }, (error, socket) => {
      if (error) return callback(new OutboundFailure(describeFailure(error)), null);
      if (!policy.allows(socket.remoteAddress ?? '')) {
        socket.destroy();
        return callback(
          notAllowed(`The host ${target.hostname} led to an address that is not allowed as a target.`),
          null,
        );
      }
      if (!isTls) return callback(null, socket);

      startTls({ ...target, httpSocket: socket }, (tlsError, tlsSocket) => {
        if (tlsError) return callback(new OutboundFailure(describeTlsFailure(tlsError)), null);
        callback(null, tlsSocket);
      });
    });
  };
}

function vettedLookup(policy: TargetPolicy, resolve: Resolve): LookupFunction {
  return (hostname, options, callback) => {
    const fail = (failure: OutboundFailure) => callback(failure, []);
    resolve(hostname).then(
      (found) => {
        const [first] = found;
        if (!first) return fail(unresolved(hostname, 'no address'));
        const addresses = found.map(({ address }) => address);
        const refusal = policy.refuseResolved(hostname, addresses);
        if (refusal !== null) return fail(notAllowed(refusal));
        if (options.all) return callback(null, [...found]);
        callback(null, first.address, first.family);
      },
      (error: unknown) => fail(unresolved(hostname, readError(error).code || 'the look-up failed')),
    );
  };
}

function notAllowed(message: string): OutboundFailure {
  return new OutboundFailure({ code: 'address_not_allowed', message });
}

function unresolved(hostname: string, reason: string): OutboundFailure {
  return new OutboundFailure({ code: 'dns', message: `The host ${hostname} could not be resolved (${reason}).` });
}
