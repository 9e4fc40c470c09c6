import { describe, expect, it } from '@jest/globals';
import type { ReadyDelivery } from './delivery-sender.service.js';
import { HeldDeliveries, type Reservation } from './held-deliveries.js';

const BYTES = 1_024;

/** As much of a delivery as holding it looks at. */
function delivery(subscriptionId: string, handedOverBytes: number | null): ReadyDelivery {
  return {
    claim: { id: 'dlv_1', accountId: 'acc_1', subscriptionId },
    target: { rateLimit: null },
    sendAfter: 0,
    handedOverBytes,
  } as ReadyDelivery;
}

function reserveAll(held: HeldDeliveries, subscriptionId: string): Reservation[] {
  const reservations: Reservation[] = [];
  for (let next = held.reserve(subscriptionId, BYTES); next; next = held.reserve(subscriptionId, BYTES))
    reservations.push(next);
  return reservations;
}

describe('deliveries that a worker holds', () => {
  it('are reserved as far as the lane works off soon, and the places come back when the transaction fails', () => {
    const held = new HeldDeliveries(32, () => false);
    const reservations = reserveAll(held, 'wh_1');
    expect(reservations).toHaveLength(20);
    expect(held.reserve('wh_2', BYTES)).not.toBeNull();
    for (const reservation of reservations) held.cancel(reservation);
    expect(reserveAll(held, 'wh_1')).toHaveLength(20);
  });

  it('are sent in the order in which they came, and count as claimed only when they were', () => {
    const held = new HeldDeliveries(32, () => false);
    const reservation = held.reserve('wh_1', BYTES);
    if (!reservation) throw new Error('There is room at first.');
    const first = delivery('wh_1', BYTES);
    const second = delivery('wh_1', null);
    expect(held.addReserved(first, reservation)).toBe(true);
    held.add(second);
    expect(held.claimed).toBe(1);
    expect([held.takeNext()?.delivery, held.takeNext()?.delivery]).toEqual([first, second]);
    expect(held.claimed).toBe(0);
    expect(held.takeNext()).toBeNull();
  });

  it('leave room for a subscription that has none waiting, however much others have', () => {
    const held = new HeldDeliveries(32, () => false);
    for (let count = 0; count < 8; count++) held.add(delivery('wh_1', null));
    expect(held.roomOf(held.laneOf('wh_1'), 1)).toBe(0);
    expect(held.roomOf(held.laneOf('wh_2'), 1)).toBe(1);
    expect(held.roomOf(held.laneOf('wh_1'), 2)).toBeGreaterThan(0);
  });

  it('are refused when their subscription changed after the place was reserved', () => {
    const held = new HeldDeliveries(32, () => false);
    const reservation = held.reserve('wh_1', BYTES);
    if (!reservation) throw new Error('There is room at first.');
    const claimed = delivery('wh_1', null);
    held.add(claimed);
    expect(held.takeAllOf('wh_1')).toEqual([claimed]);
    expect(held.addReserved(delivery('wh_1', BYTES), reservation)).toBe(false);
    expect(held.takeNext()).toBeNull();
    expect(reserveAll(held, 'wh_1')).toHaveLength(20);
  });

  it('are reserved only while their events take little memory', () => {
    const held = new HeldDeliveries(32, () => false);
    const large = 20 * 1024 * 1024;
    const first = held.reserve('wh_1', large);
    expect(first).not.toBeNull();
    expect(held.reserve('wh_2', large)).toBeNull();
    expect(held.reserve('wh_2', BYTES)).not.toBeNull();
    if (first) held.cancel(first);
    expect(held.reserve('wh_2', large)).not.toBeNull();
  });

  it('are not reserved while older ones wait in the table', () => {
    const held = new HeldDeliveries(32, () => false);
    held.laneOf('wh_1').behind = true;
    expect(held.reserve('wh_1', BYTES)).toBeNull();
    held.laneOf('wh_1').behind = false;
    expect(held.reserve('wh_1', BYTES)).not.toBeNull();
  });
});
