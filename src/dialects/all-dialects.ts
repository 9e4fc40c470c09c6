import type { Type } from '@nestjs/common';
import type { Dialect } from '../ats/dialect.js';
import { autotechjobsDialect } from './autotechjobs/autotechjobs.dialect.js';
import { AutotechjobsModule } from './autotechjobs/autotechjobs.module.js';
import { hatchbeaconDialect } from './hatchbeacon/hatchbeacon.dialect.js';
import { jobaffinityDialect } from './jobaffinity/jobaffinity.dialect.js';
import { JobAffinityModule } from './jobaffinity/jobaffinity.module.js';
import { occupopDialect } from './occupop/occupop.dialect.js';
import { resthooksDialect } from './resthooks/resthooks.dialect.js';
import { ResthooksModule } from './resthooks/resthooks.module.js';
import { standardDialect } from './standard/standard.dialect.js';

interface DialectEntry {
  readonly dialect: Dialect;
  /** The vendor's own endpoints, where it has any. */
  readonly module?: Type;
}

/** Every dialect the hub speaks. Another ATS is another folder and another line here. */
const ENTRIES: readonly DialectEntry[] = [
  { dialect: standardDialect },
  { dialect: autotechjobsDialect, module: AutotechjobsModule },
  { dialect: jobaffinityDialect, module: JobAffinityModule },
  { dialect: hatchbeaconDialect },
  { dialect: resthooksDialect, module: ResthooksModule },
  { dialect: occupopDialect },
];

export const ALL_DIALECTS: readonly Dialect[] = ENTRIES.map(({ dialect }) => dialect);
export const DIALECT_MODULES: readonly Type[] = ENTRIES.flatMap(({ module }) => module ?? []);
