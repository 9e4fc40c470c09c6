import { describe, expect, it } from '@jest/globals';
import type { ReadyDelivery } from './delivery-sender.service.js';
import { Lane, Turns } from './lanes.js';

const SUCCESS = { delivered: true, timedOut: false, durationMs: 100 };
const FAILURE = { delivered: false, timedOut: false, durationMs: 100 };
const TIMEOUT = { delivered: false, timedOut: true, durationMs: 15_000 };

/** As much of a delivery as lanes and turns look at. */
function ready(lane: Lane, accountId = 'acc_1', id = 'dlv_1'): ReadyDelivery {
  return { claim: { id, accountId, subscriptionId: lane.subscriptionId }, sendAfter: 0 } as ReadyDelivery;
}

function laneWith(count: number, maxSlots = 32, subscriptionId = 'wh_1', accountId = 'acc_1'): Lane {
  const lane = new Lane(subscriptionId, maxSlots);
  for (let index = 0; index < count; index++) lane.ready.push(ready(lane, accountId, `dlv_${index}`));
  return lane;
}

/** Takes whatever may be taken. */
function takeAll(turns: Turns): Lane[] {
  const lanes: Lane[] = [];
  for (let next = turns.take(); next; next = turns.take()) lanes.push(next.lane);
  return lanes;
}

/** How many calls a lane has at once when it has plenty to send. */
function slotsOf(lane: Lane): number {
  const turns = new Turns();
  while (lane.ready.length < 100) lane.ready.push(ready(lane));
  turns.offer('acc_1', lane);
  takeAll(turns);
  return lane.inFlight;
}

function finish(lane: Lane, count: number, result: typeof SUCCESS): void {
  for (let index = 0; index < count; index++) {
    lane.inFlight++;
    lane.finished(result);
  }
}

describe('the slots of a lane', () => {
  it('are four to begin with, or the most it may have', () => {
    expect(slotsOf(laneWith(0))).toBe(4);
    expect(slotsOf(laneWith(0, 2))).toBe(2);
  });

  it('grow by one with every success, up to the most', () => {
    const lane = laneWith(0, 8);
    finish(lane, 2, SUCCESS);
    expect(slotsOf(lane)).toBe(6);
    finish(lane, 10, SUCCESS);
    expect(slotsOf(lane)).toBe(8);
  });

  it('stay as they are after a failure that came in time', () => {
    const lane = laneWith(0);
    finish(lane, 3, FAILURE);
    expect(slotsOf(lane)).toBe(4);
  });

  it('fall to one on a timeout, and grow again', () => {
    const lane = laneWith(0);
    finish(lane, 20, SUCCESS);
    finish(lane, 1, TIMEOUT);
    finish(lane, 5, FAILURE);
    expect(slotsOf(lane)).toBe(1);
    finish(lane, 2, SUCCESS);
    expect(slotsOf(lane)).toBe(3);
  });
});

describe('the room of a lane', () => {
  it('is some seconds of its work, less what it holds and what is being claimed', () => {
    const lane = laneWith(5);
    expect(lane.room).toBe(15);
    lane.claiming = 10;
    expect(lane.room).toBe(5);
    lane.claiming = 30;
    expect(lane.room).toBe(0);
  });

  it('grows where the receiver is quick, up to a limit, and never falls to nothing where it is slow', () => {
    const quick = laneWith(0);
    finish(quick, 100, { ...SUCCESS, durationMs: 1 });
    expect(quick.room).toBe(512);
    const slow = laneWith(0, 1);
    finish(slow, 100, { ...SUCCESS, durationMs: 60_000 });
    expect(slow.room).toBe(1);
  });

  it('is asked to be filled once half of it is empty, where there is more and nobody is claiming already', () => {
    const lane = laneWith(10);
    expect(lane.wantsMore).toBe(false);
    lane.behind = true;
    expect(lane.wantsMore).toBe(true);
    lane.claiming = 1;
    expect(lane.wantsMore).toBe(false);
    lane.claiming = 0;
    lane.ready.push(ready(lane));
    expect(lane.wantsMore).toBe(false);
  });
});

describe('turns', () => {
  it('take from a lane until its slots are taken, and again once one is free', () => {
    const turns = new Turns();
    const lane = laneWith(10);
    turns.offer('acc_1', lane);
    expect(takeAll(turns)).toHaveLength(4);
    expect(lane.ready).toHaveLength(6);
    turns.offer('acc_1', lane);
    expect(takeAll(turns)).toHaveLength(0);
    lane.inFlight--;
    turns.offer('acc_1', lane);
    expect(takeAll(turns)).toHaveLength(1);
  });

  it('hand out a lane in the order in which it was filled', () => {
    const turns = new Turns();
    turns.offer('acc_1', laneWith(3));
    const ids = [turns.take(), turns.take(), turns.take()].map((next) => next?.delivery.claim.id);
    expect(ids).toEqual(['dlv_0', 'dlv_1', 'dlv_2']);
  });

  it('go round the subscriptions of an account', () => {
    const turns = new Turns();
    for (const name of ['wh_a', 'wh_b', 'wh_c']) turns.offer('acc_1', laneWith(2, 32, name));
    expect(takeAll(turns).map((lane) => lane.subscriptionId)).toEqual(['wh_a', 'wh_b', 'wh_c', 'wh_a', 'wh_b', 'wh_c']);
  });

  it('go round the accounts first, so that many subscriptions get an account no more than one', () => {
    const turns = new Turns();
    for (let index = 0; index < 5; index++) turns.offer('acc_big', laneWith(4, 32, `wh_big${index}`, 'acc_big'));
    turns.offer('acc_small', laneWith(3, 32, 'wh_small', 'acc_small'));
    const accounts = takeAll(turns).map((lane) => (lane.subscriptionId === 'wh_small' ? 'small' : 'big'));
    expect(accounts.slice(0, 6)).toEqual(['big', 'small', 'big', 'small', 'big', 'small']);
    expect(accounts).toHaveLength(23);
  });

  it('pass over a lane that was emptied meanwhile', () => {
    const turns = new Turns();
    const [emptied, other] = [laneWith(2, 32, 'wh_a'), laneWith(1, 32, 'wh_b')];
    turns.offer('acc_1', emptied);
    turns.offer('acc_1', other);
    emptied.ready.splice(0);
    expect(takeAll(turns)).toEqual([other]);
    expect(emptied.inFlight).toBe(0);
    emptied.ready.push(ready(emptied));
    turns.offer('acc_1', emptied);
    expect(takeAll(turns)).toEqual([emptied]);
  });
});
