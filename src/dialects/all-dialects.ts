import type { Dialect } from '../ats/dialect.js';
import { autotechjobsDialect } from './autotechjobs/autotechjobs.dialect.js';
import { hatchbeaconDialect } from './hatchbeacon/hatchbeacon.dialect.js';
import { jobaffinityDialect } from './jobaffinity/jobaffinity.dialect.js';
import { occupopDialect } from './occupop/occupop.dialect.js';
import { resthooksDialect } from './resthooks/resthooks.dialect.js';
import { standardDialect } from './standard/standard.dialect.js';

/** Every dialect the hub speaks. Another ATS is another folder and another line here. */
export const ALL_DIALECTS: readonly Dialect[] = [
  standardDialect,
  autotechjobsDialect,
  jobaffinityDialect,
  hatchbeaconDialect,
  resthooksDialect,
  occupopDialect,
];
