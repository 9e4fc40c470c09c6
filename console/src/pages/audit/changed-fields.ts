/** What differs between before and after, field by field. */
export interface ChangedField {
  /** `policy.retries` */
  readonly name: string;
  /** `null`: it was not there. */
  readonly before: string | null;
  readonly after: string | null;
}

type Json = unknown;

/** All fields of what was made or deleted; of what was changed those that differ. */
export function changedFields(before: Json, after: Json): ChangedField[] {
  const [old, now] = [flatten(before), flatten(after)];
  const names = [...new Set([...old.keys(), ...now.keys()])];
  return names
    .map((name) => ({ name, before: old.get(name) ?? null, after: now.get(name) ?? null }))
    .filter((field) => field.before !== field.after);
}

function flatten(value: Json): Map<string, string> {
  const found = new Map<string, string>();
  const visit = (part: Json, name: string) => {
    if (part === null || part === undefined) return;
    if (typeof part === 'object' && !Array.isArray(part)) {
      for (const [key, inner] of Object.entries(part)) visit(inner, name === '' ? key : `${name}.${key}`);
    } else found.set(name, typeof part === 'string' ? part : JSON.stringify(part));
  };
  visit(value, '');
  return found;
}
