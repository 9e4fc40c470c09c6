/** Where the hubs of a test run log to, and what their tests told them that no log may repeat; the reporter of leaks reads both. */
import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DestinationStream, pino } from 'pino';
import { markersIn } from './log-leaks.js';

const LOGS = '.log';
const MARKERS = '.markers';
const noted = new Set<string>();
let destination: DestinationStream | null = null;

/** The global set-up makes it. */
function directory(): string | null {
  return process.env.HUB_TEST_LOG_DIR ?? null;
}

/** One file for all hubs of a test file. */
export function logDestination(): DestinationStream {
  const path = directory();
  if (path === null) throw new Error('HUB_TEST_LOG_DIR is not set: the global set-up of the tests sets it.');
  destination ??= pino.destination({ dest: join(path, `${process.pid}${LOGS}`), append: true, sync: true });
  return destination;
}

export function keepLog(text: string): void {
  const path = directory();
  if (path !== null && text !== '') appendFileSync(join(path, `${process.pid}-processes${LOGS}`), `${text}\n`);
}

/** Secrets and personal data in what a test sends or gets back. */
export function noteMarkers(body: unknown): void {
  const path = directory();
  if (path === null) return;
  const fresh = [...markersIn(body)].filter((marker) => !noted.has(marker));
  if (fresh.length === 0) return;
  for (const marker of fresh) noted.add(marker);
  const lines = fresh.map((marker) => `${JSON.stringify(marker)}\n`);
  appendFileSync(join(path, `${process.pid}${MARKERS}`), lines.join(''));
}

/** All lines of all hubs, without the times, so that those which hubs have in common are one. */
export function loggedLines(path: string): Set<string> {
  const lines = new Set<string>();
  for (const text of filesOf(path, LOGS)) {
    for (const line of text.split('\n')) lines.add(line.replace(/"time":"[^"]*",?/, ''));
  }
  return lines;
}

export function notedMarkers(path: string): Set<string> {
  const lines = filesOf(path, MARKERS).flatMap((text) => text.split('\n').filter((line) => line !== ''));
  return new Set(lines.map((line) => JSON.parse(line) as string));
}

function filesOf(path: string, ending: string): string[] {
  const names = readdirSync(path).filter((name) => name.endsWith(ending));
  return names.map((name) => readFileSync(join(path, name), 'utf8'));
}
