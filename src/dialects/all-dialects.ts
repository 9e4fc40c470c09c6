import type { Type } from '@nestjs/common';
import type { Dialect } from '../ats/dialect.js';

/** What a folder hands over. */
interface DialectFolder {
  readonly dialect: Dialect;
  /** The vendor's own endpoints, where it has any. */
  readonly endpoints?: Type;
}

/**
 * Every dialect the hub speaks, in the order in which it is shown. Another ATS is another folder and another line here:
 * the folder's `<name>.dialect.ts`, or its `<name>.module.ts` where the vendor has endpoints of its own.
 */
const FOLDERS: readonly DialectFolder[] = [
  await import('./standard/standard.dialect.js'),
  await import('./autotechjobs/autotechjobs.module.js'),
  await import('./jobaffinity/jobaffinity.module.js'),
  await import('./hatchbeacon/hatchbeacon.dialect.js'),
  await import('./resthooks/resthooks.module.js'),
  await import('./occupop/occupop.dialect.js'),
  await import('./greenhouse/greenhouse.dialect.js'),
];

export const ALL_DIALECTS: readonly Dialect[] = FOLDERS.map(({ dialect }) => dialect);
export const DIALECT_MODULES: readonly Type[] = FOLDERS.flatMap(({ endpoints }) => endpoints ?? []);
