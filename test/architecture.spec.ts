import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { findCycle, readSources, type SourceFile, type SourceImport } from './support/source-files.js';

/** The rules of the architecture, as data with a reason each. Whoever has to break one changes it here, in the open. */

const ROOT = new URL('..', import.meta.url).pathname.replace(/\/$/, '');
const sources = readSources(ROOT, 'src', 'ormconfig.ts');

/** Left to right: each may import those before it. The modules of one line don't know each other. */
const ORDER: readonly (readonly string[])[] = [
  ['common', 'config'],
  ['event-bus', 'database'],
  ['accounts', 'signing', 'outbound-http'],
  ['ats', 'audit'],
  ['subscriptions'],
  ['ingestion'],
  ['dispatch'],
  ['dialects'],
  ['health', 'stats', 'stream'],
  ['app'],
];

interface Exception {
  readonly from: string;
  readonly to: string;
  readonly typeOnly?: boolean;
  readonly why: string;
}

const EXCEPTIONS: readonly Exception[] = [
  {
    from: 'src/config/',
    to: 'src/common/',
    why: 'its module hands out the clock and the logger, which know nothing of it',
  },
  {
    from: 'src/event-bus/internal-events.ts',
    to: 'src/ats/canonical-event.ts',
    typeOnly: true,
    why: 'an accepted event is told with its content; the type alone costs nothing at run time',
  },
];

/** `audit` hears everything over the bus. These alone may import it. */
const IMPORTERS_OF_AUDIT: readonly Exception[] = [
  { from: 'src/dialects/', to: 'src/audit/', why: "a vendor's own history resource shows the attempts" },
  { from: 'src/app.module.ts', to: 'src/audit/audit.module.ts', why: 'every module is on one screen' },
  { from: 'ormconfig.ts', to: 'src/audit/audit.entities.ts', why: 'the one description of the database' },
  {
    from: 'src/dispatch/',
    to: 'src/audit/attempt.dtos.ts',
    why: 'a test answers with the attempt as the history shows it',
  },
];

/** What other modules may import of a module: its public service and its contract files. */
const PUBLIC_FACES: Readonly<Record<string, readonly string[] | 'everything'>> = {
  common: 'everything',
  config: ['config.ts', 'public-url.ts'],
  'event-bus': 'everything',
  database: [
    'transactions.service.ts',
    'group-commit.ts',
    'sql-arrays.ts',
    'copy-rows.ts',
    'history-walk.ts',
    'history-owners.ts',
  ],
  accounts: ['caller.ts', 'account.entities.ts', 'key-standing.service.ts'],
  signing: ['secret-box.ts', 'keyed-hashes.ts', 'secrets.ts', 'signature-schemes.ts', 'signature-verification.ts'],
  'outbound-http': ['outbound-http.service.ts'],
  // The vocabulary and the dialect contract are made of small parts that dialects pick from.
  ats: 'everything',
  audit: ['attempt.dtos.ts', 'attempts.service.ts', 'audit.entities.ts'],
  subscriptions: [
    'subscriptions.service.ts',
    'subscription-matcher.service.ts',
    'subscription-input.ts',
    'subscription-auth.ts',
    'subscription-auth.dtos.ts',
    'subscription-target.ts',
    'subscription.entity.ts',
    'subscription.dtos.ts',
    'subscriptions-query.ts',
  ],
  ingestion: [
    'event-reader.service.ts',
    'erasure-runner.service.ts',
    'pending-fetches.service.ts',
    'event.entities.ts',
    'event.dtos.ts',
    'stored-event.ts',
    'entity-key.ts',
  ],
  dispatch: ['event-pages.service.ts', 'dispatch-status.service.ts'],
};

/** A dialect's parts that know the hub. All others are pure: names, envelope, signature, policy, examples. */
const IMPURE_PARTS = /\.(controller|module|dtos|schema)\.ts$/;
const OPEN_TO_PURE_PARTS = ['common', 'ats', 'signing'];

/** Who may use a package, and why nobody else. */
const PACKAGE_OWNERS: readonly { readonly names: RegExp; readonly owners: RegExp; readonly why: string }[] = [
  {
    names: /^(undici|node:https?|node:tls|ipaddr\.js)$/,
    owners: /^src\/outbound-http\//,
    why: 'one place opens outgoing connections, so one place vets their targets',
  },
  { names: /^(@nestjs\/)?bull$/, owners: /^src\/dispatch\/queue\//, why: 'both queues are equal behind the port' },
  { names: /^pg$/, owners: /^src\/database\//, why: 'one place opens transactions and checks their commit' },
  { names: /^(typeid-js|uuid)$/, owners: /^src\/common\/ids\.ts$/, why: 'ids are made and shown in one way' },
  {
    names: /^@opentelemetry\//,
    owners: /^src\/(common\/(request-)?tracing|tracing)\.ts$/,
    why: 'everybody else tells spans by functions that do nothing without an SDK',
  },
  { names: /^pino$/, owners: /^src\/common\/logger\.ts$/, why: 'one logger is made, everybody else gets it' },
];

/** The folders are named for their vendors, but for the public specification's. */
const VENDORS = readdirSync(`${ROOT}/src/dialects`, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'standard')
  .map(({ name }) => name);
const MAX_LINES = 300;
const MAX_CONSTRUCTOR_PARAMETERS = 7;

/** The files that start the program and wire it together are the module `app`. */
function moduleOf(path: string): string {
  return /^src\/([^/]+)\//.exec(path)?.[1] ?? 'app';
}

function rankOf(module: string): number {
  return ORDER.findIndex((line) => line.includes(module));
}

type Edge = SourceImport & { readonly from: string };

const edges: readonly Edge[] = sources.flatMap(({ path, imports }) => imports.map((one) => ({ ...one, from: path })));
const ownEdges = edges.filter(({ isOwnFile }) => isOwnFile);
const crossing = ownEdges.filter(({ from, target }) => moduleOf(from) !== moduleOf(target));

function covers({ from, to, typeOnly }: Exception, edge: Edge): boolean {
  return edge.from.startsWith(from) && edge.target.startsWith(to) && (!typeOnly || edge.typeOnly);
}

const shown = (found: readonly Edge[]) => found.map(({ from, target }) => `${from} imports ${target}`);
const pathsOf = (found: readonly SourceFile[]) => found.map(({ path }) => path);

describe('modules', () => {
  it('are all in the order', () => {
    const known = ORDER.flat();
    const found = new Set(sources.map(({ path }) => moduleOf(path)));
    expect([...found].sort()).toEqual([...known].sort());
  });

  it('import only what is to their left', () => {
    const wrong = crossing.filter(
      (edge) =>
        rankOf(moduleOf(edge.target)) >= rankOf(moduleOf(edge.from)) &&
        !EXCEPTIONS.some((exception) => covers(exception, edge)),
    );
    expect(shown(wrong)).toEqual([]);
  });

  it('leave the audit log alone, but for those who show it', () => {
    const wrong = crossing.filter(
      (edge) => moduleOf(edge.target) === 'audit' && !IMPORTERS_OF_AUDIT.some((allowed) => covers(allowed, edge)),
    );
    expect(shown(wrong)).toEqual([]);
  });

  it('have no exception that nobody needs any more', () => {
    const unused = [...EXCEPTIONS, ...IMPORTERS_OF_AUDIT].filter(
      (exception) => !crossing.some((edge) => covers(exception, edge)),
    );
    expect(unused).toEqual([]);
  });

  it('import others through their public service or contract files only', () => {
    const wrong = crossing.filter(({ from, target }) => {
      const faces = PUBLIC_FACES[moduleOf(target)];
      if (moduleOf(from) === 'app' || faces === 'everything') return false;
      return !faces?.includes(target.slice(target.indexOf('/', 4) + 1));
    });
    expect(shown(wrong)).toEqual([]);
  });

  it('know no cycle, nor do their files', () => {
    const atRunTime = ownEdges.filter(({ typeOnly }) => !typeOnly);
    expect(findCycle(graphOf(atRunTime, moduleOf))).toBeNull();
    expect(findCycle(graphOf(atRunTime, (path) => path))).toBeNull();
  });
});

function graphOf(found: readonly Edge[], nameOf: (path: string) => string): Map<string, Set<string>> {
  const graph = new Map<string, Set<string>>();
  for (const { from, target } of found) {
    const [source, destination] = [nameOf(from), nameOf(target)];
    if (source !== destination) graph.set(source, (graph.get(source) ?? new Set()).add(destination));
  }
  return graph;
}

describe('a dialect', () => {
  const folderOf = (path: string) => /^src\/dialects\/([^/]+)\//.exec(path)?.[1];

  it('is imported by the one list of all dialects, and by nobody else', () => {
    const wrong = ownEdges.filter(({ from, target }) => {
      const folder = folderOf(target);
      if (folder === undefined || folder === folderOf(from)) return false;
      return from !== 'src/dialects/all-dialects.ts' || !/\.(dialect|module)\.ts$/.test(target);
    });
    expect(shown(wrong)).toEqual([]);
  });

  it('comes into the application through that list', () => {
    const wrong = crossing.filter(
      ({ from, target }) =>
        moduleOf(target) === 'dialects' && !(from === 'src/app.module.ts' && target === 'src/dialects/all-dialects.ts'),
    );
    expect(shown(wrong)).toEqual([]);
  });

  it('has pure parts that know the contract and the signing blocks only', () => {
    const wrong = edges.filter(({ from, target, isOwnFile }) => {
      if (folderOf(from) === undefined || IMPURE_PARTS.test(from)) return false;
      if (!isOwnFile) return true;
      if (moduleOf(target) === 'dialects') return IMPURE_PARTS.test(target);
      return !OPEN_TO_PURE_PARTS.includes(moduleOf(target));
    });
    expect(shown(wrong)).toEqual([]);
  });

  it('is what nobody else names', () => {
    const names = (text: string) => VENDORS.some((vendor) => text.toLowerCase().replaceAll('-', '').includes(vendor));
    const wrong = sources.filter(({ path, text }) => moduleOf(path) !== 'dialects' && names(text));
    expect(VENDORS).toContain('occupop');
    expect(pathsOf(wrong)).toEqual([]);
  });
});

describe('packages', () => {
  it.each(PACKAGE_OWNERS)('$names are used by $owners alone: $why', ({ names, owners }) => {
    const users = edges.filter(({ target, isOwnFile, typeOnly }) => !isOwnFile && !typeOnly && names.test(target));
    expect(users).not.toEqual([]);
    expect(shown(users.filter(({ from }) => !owners.test(from)))).toEqual([]);
  });
});

describe('the console', () => {
  const files = readdirSync(`${ROOT}/console/src`, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path) && !path.endsWith('schema.d.ts'))
    .map((path) => ({ path, text: readFileSync(`${ROOT}/console/src/${path}`, 'utf8') }));
  const pathsWith = (pattern: RegExp) => files.filter(({ text }) => pattern.test(text)).map(({ path }) => path);

  it('asks the hub through its typed client alone', () => {
    expect(pathsWith(/(?<![.\w])fetch\(|XMLHttpRequest/)).toEqual([]);
    expect(pathsWith(/from 'openapi-fetch'/)).toEqual(['api/client.ts']);
  });

  it('keeps what draws charts to pages, which are loaded when they are shown', () => {
    expect(pathsWith(/from '(recharts|@mantine\/charts)'/).filter((path) => !path.startsWith('pages/'))).toEqual([]);
  });

  it(`has files of at most ${MAX_LINES} lines that export by name`, () => {
    expect(files.length).toBeGreaterThan(20);
    expect(files.filter(({ text }) => text.split('\n').length > MAX_LINES + 1).map(({ path }) => path)).toEqual([]);
    expect(pathsWith(/^export default/m)).toEqual([]);
  });
});

describe('every file', () => {
  it('leaves the environment to the configuration', () => {
    const readers = sources.filter(({ text }) => /\bprocess\.env\b|\bprocess\[/.test(text));
    // The programs hand the environment to the configuration; TypeORM's own commands know nothing but ormconfig.ts.
    expect(pathsOf(readers).sort()).toEqual(['ormconfig.ts', 'src/main.ts', 'src/rekey.ts']);
  });

  it('leaves outgoing calls to outbound-http', () => {
    const callers = sources.filter(({ text }) => /(?<!async |[.\w])fetch\(/.test(text));
    expect(pathsOf(callers)).toEqual([]);
  });

  it('exports by name; TypeORM’s own commands alone want a default', () => {
    expect(pathsOf(sources.filter(({ hasDefaultExport }) => hasDefaultExport))).toEqual(['ormconfig.ts']);
  });

  it('is imported itself: there are no barrels', () => {
    const barrels = sources.filter(({ path, reExportsAll }) => reExportsAll || /(^|\/)index\.ts$/.test(path));
    expect(pathsOf(barrels)).toEqual([]);
  });

  it('needs no forward reference, and relates no entities', () => {
    const found = sources.filter(({ text }) => /\bforwardRef\b|@(OneTo|ManyTo)(One|Many)\b/.test(text));
    expect(pathsOf(found)).toEqual([]);
  });

  it(`has at most ${MAX_LINES} lines`, () => {
    const large = sources.filter(({ path, lineCount }) => lineCount > MAX_LINES && !path.includes('/migrations/'));
    expect(large.map(({ path, lineCount }) => `${path}: ${lineCount}`)).toEqual([]);
  });

  it(`asks for at most ${MAX_CONSTRUCTOR_PARAMETERS} things in a constructor`, () => {
    const greedy = sources
      .flatMap(({ constructors }) => constructors)
      .filter(({ parameterCount }) => parameterCount > MAX_CONSTRUCTOR_PARAMETERS);
    expect(greedy).toEqual([]);
  });

  it('imports files that are there', () => {
    expect(shown(ownEdges.filter(({ target }) => !existsSync(`${ROOT}/${target}`)))).toEqual([]);
  });
});
