import type { Logger } from 'pino';
import { errorText } from './common/error-text.js';
import { PARENT_AT_START } from './parent-at-start.js';

/** When a program is asked to stop. */

const SHUTDOWN_LIMIT_MS = 9_500;
/** Ctrl-C reaches the program from the terminal and, a moment later, once more from npm: that is one wish, not two. */
const SAME_WISH_MS = 1_000;
const LOOK_FOR_PARENT_EVERY_MS = 500;

export interface Stopping {
  /** Aborted once a signal has come: a start gives up at its next step. */
  readonly asked: AbortSignal;
  /** What to do then, once the hub runs. */
  by(stop: () => Promise<void>): void;
}

/**
 * Calls what is handed to `by` once a signal comes. One that comes while the hub still starts is left to the start, which must
 * stop what it has begun: else PostgreSQL would be left running. A second signal ends at once.
 */
export function stopOnSignals(logger: Logger, startedByNpm: boolean): Stopping {
  const asked = new AbortController();
  let stopBy: (stop: () => Promise<void>) => void = () => undefined;
  const started = new Promise<() => Promise<void>>((resolve) => (stopBy = resolve));
  let stoppingSince: number | null = null;
  const obey = async (signal: string) => {
    if (stoppingSince !== null) {
      if (signal === PARENT_GONE || performance.now() - stoppingSince < SAME_WISH_MS) return;
      process.exit(1);
    }
    stoppingSince = performance.now();
    logger.info({ event: 'hub.stopping', signal }, 'Stopping');
    asked.abort();
    setTimeout(() => process.exit(0), SHUTDOWN_LIMIT_MS).unref();
    const stop = await started;
    await stop();
    process.exit(0);
  };
  const heed = (signal: string) => {
    obey(signal).catch((error: unknown) => {
      logger.error({ event: 'hub.stop_failed', error: errorText(error) }, 'The hub could not stop cleanly');
      process.exit(1);
    });
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, heed);
  if (startedByNpm) whenParentIsGone(() => heed(PARENT_GONE));
  return { asked: asked.signal, by: (stop) => stopBy(stop) };
}

const PARENT_GONE = 'parent gone';

/** npm signals the shell that it started, and where that is dash it dies of it without a word to the program that it runs. */
function whenParentIsGone(then: () => void): void {
  const timer = setInterval(() => {
    if (process.ppid === PARENT_AT_START) return;
    clearInterval(timer);
    then();
  }, LOOK_FOR_PARENT_EVERY_MS);
  timer.unref();
}
