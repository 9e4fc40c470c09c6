import fc from 'fast-check';
import { bodyExamples, type DocumentedOperation, JSON_TYPE, type Parameter } from './documented-operations.js';
import { type NamedSchemas, valuesOf } from './schema-values.js';
import { changedJson, oddTexts } from './wild-json.js';

/** Requests to one operation, right ones and wrong ones, made from what the OpenAPI document says of it. */

/** Stands for the id of something that the operation can be called on. */
export const SUBJECT = 'subject';

export class WildRequest {
  constructor(
    /** What stands in the path for each of its parameters, escaped; `SUBJECT`: something that is there. */
    readonly pathValues: readonly string[],
    /** As it goes out, with its `?`. */
    readonly query: string,
    readonly headers: Readonly<Record<string, string>>,
    readonly body: string | Buffer | null,
  ) {}

  /** For reports. */
  toString(): string {
    const body = this.body === null ? 'no body' : `${this.body.length} long: ${this.body.toString().slice(0, 300)}`;
    return [this.pathValues.join('/'), this.query, JSON.stringify(this.headers), body].join(' ').slice(0, 1_500);
  }

  [fc.toStringMethod](): string {
    return this.toString();
  }
}

const ODD_PATHS = [
  ...[
    'x',
    '0',
    '-1',
    'null',
    'undefined',
    '%00',
    '%0d%0a',
    '..',
    '..%2f..%2fv1%2fme',
    '%2e%2e',
    '%E0%A4%A',
    '%',
    '%zz',
    '*',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    '%F0%9F%98%80',
    "'%3B--",
    'x'.repeat(500),
    'x'.repeat(501),
    'x'.repeat(5_000),
  ],
  ...[
    'wh_01m7xr63cee52b9skadqbv3y6n',
    'evt_01m7xr63cee52b9skadqbv3y6n',
    'src_01m7xr63cee52b9skadqbv3y6n',
    'ptn_zzz',
    ';a=b',
  ],
];
const ODD_QUERIES = [
  ...[
    '',
    'null',
    '0',
    '-1',
    '1e3',
    '201',
    '%00',
    '%',
    '%E0%A4%A',
    '%ff',
    '+',
    '%F0%9F%98%80',
    '%ed%a0%80',
    'x'.repeat(5_000),
  ],
  ...[
    '__proto__',
    '2026-02-30',
    '+275760-09-13T00:00:00.001Z',
    '0000-01-01T00:00:00Z',
    '-1e400',
    'a:b',
    ':',
    '=',
    '[]',
  ],
];
const ODD_QUERY_NAMES = [
  'surplus',
  '__proto__',
  'constructor',
  'limit[]',
  'limit[a]',
  '%00',
  '',
  'toString',
  'a'.repeat(2_000),
];
const ODD_TYPES = [
  ...[
    '',
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'application/xml',
    'application',
    '/',
    ';',
  ],
  ...[
    'application/json; charset=utf-16',
    'APPLICATION/JSON',
    'application/json;;;',
    'application/vnd.api+json',
    'a/b; c="',
  ],
  ...['application/json, text/plain', 'application/jsonx', 'x'.repeat(1_000)],
];
const ODD_HEADERS: readonly Readonly<Record<string, string>>[] = [
  ...[
    {},
    {},
    {},
    { accept: 'text/xml' },
    { accept: '*/*;q=x' },
    { 'content-encoding': 'gzip' },
    { 'content-encoding': 'x' },
  ],
  ...['', 'a', 'a\tb', 'ü', 'x'.repeat(256)].map((key) => ({ 'idempotency-key': key })),
  ...['0', '-1', '3', '99999999999999999999', 'x', '1, 1'].map((hops) => ({ 'hub-hops': hops })),
  ...[
    { 'x-http-method-override': 'DELETE' },
    { 'x-forwarded-for': "1.1.1.1, '--" },
    { 'x-request-id': 'a'.repeat(5_000) },
  ],
  ...[
    { host: 'elsewhere.test' },
    { host: '' },
    { range: 'bytes=0-1' },
    { 'if-none-match': '*' },
    { cookie: 'a=b; __proto__=x' },
  ],
];

export function wildRequests(operation: DocumentedOperation, named: NamedSchemas): fc.Arbitrary<WildRequest> {
  return fc.oneof(
    { weight: 2, arbitrary: rightRequests(operation, named) },
    { weight: 3, arbitrary: wrongRequests(operation, named) },
  );
}

function rightRequests(operation: DocumentedOperation, named: NamedSchemas): fc.Arbitrary<WildRequest> {
  const body = rightBodies(operation, named).map((value) => (value === undefined ? null : JSON.stringify(value)));
  const query = fc.tuple(...queryOf(operation).map((parameter) => rightTerm(parameter, named)));
  return fc.tuple(query, body).map(([terms, text]) => {
    const headers: Record<string, string> = text === null ? {} : { 'content-type': JSON_TYPE };
    return new WildRequest(subjectsOf(operation), joined(terms), headers, text);
  });
}

function wrongRequests(operation: DocumentedOperation, named: NamedSchemas): fc.Arbitrary<WildRequest> {
  const pathValue = fc.oneof(
    { weight: 4, arbitrary: fc.constant(SUBJECT) },
    { weight: 2, arbitrary: fc.constantFrom(...ODD_PATHS) },
    { weight: 1, arbitrary: escaped(fc.string({ unit: 'binary', minLength: 1, maxLength: 30 })) },
  );
  const bodies = fc.oneof(
    { weight: 6, arbitrary: changedJson(rightBodies(operation, named).map((value) => value ?? {})) },
    { weight: 2, arbitrary: oddTexts },
  );
  const terms = fc.array(wrongTerm(operation, named), { maxLength: 3 });
  const types = fc.oneof(
    { weight: 5, arbitrary: fc.constant(JSON_TYPE) },
    { weight: 1, arbitrary: fc.constantFrom(...ODD_TYPES) },
  );
  // A body where none is expected is a mistake of its own, and so is none where there should be one.
  const hasBody = operation.requestBody || operation.path.startsWith('/in/') ? 20 : 1;
  return fc
    .tuple(
      fc.tuple(...subjectsOf(operation).map(() => pathValue)),
      fc.oneof({ weight: 1, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: terms }),
      types,
      fc.constantFrom(...ODD_HEADERS),
      fc.oneof({ weight: hasBody, arbitrary: bodies }, { weight: 1, arbitrary: fc.constant(null) }),
    )
    .map(([pathValues, query, type, odd, body]) => {
      // Of GET, HTTP says nothing.
      const sent = operation.method === 'GET' ? null : body;
      return new WildRequest(pathValues, joined(query), sent === null ? odd : { 'content-type': type, ...odd }, sent);
    });
}

function rightBodies(operation: DocumentedOperation, named: NamedSchemas): fc.Arbitrary<unknown> {
  const schema = operation.requestBody?.content[JSON_TYPE]?.schema;
  if (!schema) return fc.constant(undefined);
  const examples = bodyExamples(operation);
  const values = valuesOf(schema, named);
  if (examples.length === 0) return values;
  return fc.oneof({ weight: 1, arbitrary: fc.constantFrom(...examples) }, { weight: 2, arbitrary: values });
}

function subjectsOf({ path }: DocumentedOperation): string[] {
  return [...path.matchAll(/\{\w+\}/g)].map(() => SUBJECT);
}

function queryOf({ parameters = [] }: DocumentedOperation): Parameter[] {
  return parameters.filter((parameter) => parameter.in === 'query');
}

function rightTerm(parameter: Parameter, named: NamedSchemas): fc.Arbitrary<string> {
  const term = rightTermValues(parameter, named).map((value) => `${parameter.name}=${value}`);
  return parameter.required
    ? term
    : fc.oneof({ weight: 3, arbitrary: fc.constant('') }, { weight: 1, arbitrary: term });
}

function rightTermValues({ name, example, schema }: Parameter, named: NamedSchemas): fc.Arbitrary<string> {
  const values = valuesOf({ ...schema, ...(example !== undefined && { example }) }, named, name);
  return escaped(values.map((value) => String(value)));
}

function wrongTerm(operation: DocumentedOperation, named: NamedSchemas): fc.Arbitrary<string> {
  const known = queryOf(operation);
  const names = fc.constantFrom(...known.map(({ name }) => name), ...ODD_QUERY_NAMES);
  const odd = fc.tuple(names, fc.constantFrom(...ODD_QUERIES)).map(([name, value]) => `${name}=${value}`);
  const any = fc.tuple(names, escaped(fc.string({ unit: 'binary', maxLength: 20 }))).map((pair) => pair.join('='));
  const right = known.map((parameter) =>
    rightTermValues(parameter, named).map((value) => `${parameter.name}=${value}&${parameter.name}=${value}`),
  );
  return fc.oneof(odd, any, fc.constantFrom('&', '&&', '=', 'limit', '?', 'limit=1;cursor=2'), ...right);
}

function escaped(texts: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return texts.map((text) => encodeURIComponent(text));
}

function joined(terms: readonly string[]): string {
  const query = terms.filter((term) => term !== '').join('&');
  return query === '' ? '' : `?${query}`;
}
