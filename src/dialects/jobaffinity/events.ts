import type { DialectEvent, EventMapping } from '../../ats/dialect.js';
import { mappingRows } from '../../ats/vendor-name.js';

/** The one event that JobAffinity lists, and the canonical types it stands for. */

const STEP_CHANGE = 'ProcessStepChange';

export const jobaffinityEvents: readonly DialectEvent[] = [
  { name: STEP_CHANGE, description: 'An application moved to another step of its process.' },
];

export const jobaffinityMappings: readonly EventMapping[] = mappingRows(
  { 'application.stage_changed': STEP_CHANGE },
  {
    'application.rejected': STEP_CHANGE,
    'application.withdrawn': STEP_CHANGE,
    'application.hired': STEP_CHANGE,
  },
);
