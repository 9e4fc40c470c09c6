import type { Random } from './random.js';

/** A process that is killed as crashes end it, and comes back after a while. */
export interface Kill {
  readonly target: string;
  /** From the start of the traffic. */
  readonly atMs: number;
  readonly awayMs: number;
}

/** What may be killed, and for how long it may be away. */
export interface Victim {
  readonly target: string;
  readonly maxAwayMs: number;
}

const MIN_GAP_MS = 1_000;
const MAX_GAP_MS = 4_000;
/** Nothing is killed so shortly before the end: what follows it is to meet traffic. */
const QUIET_END_MS = 1_000;

/** Each in turn, in an order that is drawn anew every time round, so that even a short run meets all of them. */
export function planKills(random: Random, victims: readonly Victim[], durationMs: number): Kill[] {
  const kills: Kill[] = [];
  if (victims.length === 0) return kills;
  let round: Victim[] = [];
  for (let atMs = 0; ;) {
    atMs += random.integer(MIN_GAP_MS, MAX_GAP_MS);
    if (atMs > durationMs - QUIET_END_MS) return kills;
    if (round.length === 0) round = random.shuffled(victims);
    const victim = round.shift();
    if (victim) kills.push({ target: victim.target, atMs, awayMs: random.integer(0, victim.maxAwayMs) });
  }
}
