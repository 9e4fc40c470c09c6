import { DOCUMENTED_BODIES } from '../conformance/documented-bodies.js';
import { EVENT_TYPES } from '../../src/ats/event-types.js';
import { loggedLines, notedMarkers } from './log-files.js';
import { findLeaks, type Leak, markersIn } from './log-leaks.js';

/** What the hubs of a run logged that they must not: of what tests sent, and of what vendors and the hub itself give as examples. */
export function leaksOfRun(directory: string): { readonly leaks: readonly Leak[]; readonly lines: number } {
  const lines = loggedLines(directory);
  const examples = markersIn([DOCUMENTED_BODIES, EVENT_TYPES.map(({ example }) => example)]);
  return { leaks: findLeaks(lines, [...notedMarkers(directory), ...examples]), lines: lines.size };
}
