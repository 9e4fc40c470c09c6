import { afterEach, describe, expect, it } from '@jest/globals';
import { Pool } from 'undici';
import { OriginPools } from './origin-pools.js';

const MINUTE_MS = 60_000;

describe('OriginPools', () => {
  const pools = new OriginPools((origin) => new Pool(origin), 2);
  afterEach(() => pools.closeAll());

  it('gives the same pool to requests for the same origin', () => {
    expect(pools.acquire('http://a.example', 0)).toBe(pools.acquire('http://a.example', 1));
    expect(pools.size).toBe(1);
  });

  it('closes the least recently used origin when there are too many', () => {
    const [a, b] = ['http://a.example', 'http://b.example'].map((origin) => pools.acquire(origin, 0));
    if (a) pools.release(a);
    if (b) pools.release(b);
    pools.release(pools.acquire('http://a.example', 1));
    pools.acquire('http://c.example', 2);

    expect(pools.size).toBe(2);
    expect(a?.pool.destroyed).toBe(false);
    expect(b?.pool.destroyed).toBe(true);
  });

  it('closes no origin that a request is using, however many there are', () => {
    const busy = ['a', 'b', 'c'].map((name) => pools.acquire(`http://${name}.example`, 0));
    expect(pools.size).toBe(3);
    expect(busy.some(({ pool }) => pool.destroyed)).toBe(false);
  });

  it('closes origins that were unused for minutes', () => {
    const idle = pools.acquire('http://idle.example', 0);
    pools.release(idle);
    const recent = pools.acquire('http://recent.example', 2 * MINUTE_MS);
    pools.release(recent);
    pools.closeIdle(4 * MINUTE_MS);

    expect(idle.pool.destroyed).toBe(true);
    expect(recent.pool.destroyed).toBe(false);
  });
});
