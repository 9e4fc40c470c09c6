import { messageOf, startScript } from './child.js';
import type { BenchReceiver } from './receiver.js';

/** Calls that the bare loop, and so the hub beside it, has under way at the receiver: no limit to either. */
export const CALLS_AT_ONCE = 128;

/** A load on the receiver: what it is asked of the bare loop, too. */
interface Load {
  readonly calls: number;
  readonly bytes: number;
}

/**
 * Runs `work`, with the bare loop right before and right after it: how fast a machine is changes from minute to minute. Answers
 * its result and the mean of the bare loop's calls a second.
 */
export async function besideBare<T>(
  receiver: BenchReceiver,
  load: Load,
  work: () => Promise<T>,
): Promise<{ result: T; barePerSecond: number }> {
  const before = await bareLoop(receiver, load);
  const result = await work();
  const after = await bareLoop(receiver, load);
  return { result, barePerSecond: (before + after) / 2 };
}

/** The limit of this machine: signed POSTs to the receiver and nothing else. Calls a second. */
async function bareLoop(receiver: BenchReceiver, { calls, bytes }: Load): Promise<number> {
  await receiver.expect({});
  const loop = startScript('bare-loop.ts', [receiver.url, String(calls), String(CALLS_AT_ONCE), String(bytes)]);
  return (await messageOf<{ perSecond: number }>(loop, 'perSecond')).perSecond;
}
