import type { CanonicalEvent } from '../../ats/canonical-event.js';
import { exampleEvent } from '../../ats/example-event.js';
import type { JsonObject } from '../../common/json.js';
import { HATCHBEACON } from './envelope.js';
import { hatchbeaconMappings } from './events.js';

/** One event for each of HatchBeacon's names; `job_application_created` is the documented one. */

const job: JsonObject = { id: '507f1f77bcf86cd799439021', title: 'Senior Developer' };
const candidate: JsonObject = { id: '507f1f77bcf86cd799439031', name: 'Jane Smith' };
const application: JsonObject = { id: '507f1f77bcf86cd799439011', job, candidate };

const subjects: Readonly<Record<string, JsonObject>> = {
  job,
  application,
  interview: { id: '507f1f77bcf86cd799439041', application },
  offer: { id: '507f1f77bcf86cd799439051', application },
  referral: { id: '507f1f77bcf86cd799439061', job, candidate },
  note: { id: '507f1f77bcf86cd799439071', application },
  user: { id: '507f191e810c19729de860fb', name: 'Ada Byrne' },
};

export function hatchbeaconExample(eventName: string): CanonicalEvent | null {
  const row = hatchbeaconMappings.find(({ name, direction }) => name === eventName && direction === 'both');
  if (!row) return null;
  const entity = row.canonical.split('.')[0] ?? '';
  return exampleEvent(HATCHBEACON, {
    type: row.canonical,
    name: eventName,
    occurredAt: '2024-01-20T10:30:00.000Z',
    actor: { id: '507f191e810c19729de860ea', name: 'John Doe', email: 'john@example.com' },
    data: { [entity]: subjects[entity] ?? {} },
  });
}
