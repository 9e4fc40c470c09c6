/** Which entity a property of canonical data holds: by its own name, or by the part someone plays in another entity. */
const ENTITY_BY_PROPERTY: Readonly<Record<string, string>> = {
  job: 'job',
  application: 'application',
  candidate: 'candidate',
  employer: 'employer',
  interview: 'interview',
  scorecard: 'scorecard',
  offer: 'offer',
  hire: 'hire',
  referral: 'referral',
  note: 'note',
  user: 'user',
  author: 'user',
  hiring_manager: 'user',
  interviewers: 'user',
  organizer: 'user',
  referrer: 'user',
  employee: 'employee',
  manager: 'employee',
  subscription: 'subscription',
  delivery: 'delivery',
};

const PEOPLE: ReadonlySet<string> = new Set(['candidate', 'user', 'employee']);

export function entityOfProperty(property: string): string | null {
  return Object.hasOwn(ENTITY_BY_PROPERTY, property) ? (ENTITY_BY_PROPERTY[property] ?? null) : null;
}

export function holdsPerson(property: string): boolean {
  return PEOPLE.has(entityOfProperty(property) ?? '');
}
