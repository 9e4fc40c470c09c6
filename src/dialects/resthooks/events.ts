import { employee } from '../../ats/canonical/people.js';
import { subjectSchema } from '../../ats/canonical/schema-parts.js';
import type { DialectEvent, EventMapping } from '../../ats/dialect.js';
import { describePairs, type FieldDescription, schemaPairs } from '../../ats/field-descriptions.js';
import { mappingRows } from '../../ats/vendor-name.js';

export const RESTHOOKS = 'resthooks';

/** The three documented events; each item of a body is an employee, its fields flat under their canonical names. */
export const resthooksEvents: readonly DialectEvent[] = [
  { name: 'Employee Created', description: 'An employee record was created.' },
  { name: 'Employee Updated', description: 'An employee record was changed.' },
  { name: 'Employee Deleted', description: 'An employee record was deleted.' },
];

export const resthooksMappings: readonly EventMapping[] = mappingRows({
  'employee.created': 'Employee Created',
  'employee.updated': 'Employee Updated',
  'employee.deleted': 'Employee Deleted',
});

const PAIRS = schemaPairs(subjectSchema(employee), '');

export function describeRestHooks(): FieldDescription[] {
  return describePairs(PAIRS, { vendor: '[].', canonical: 'data.employee.' });
}
