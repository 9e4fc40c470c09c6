import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { type ApiAnswer, TestHub } from './support/hub.js';
import { makePartner } from './support/keys.js';
import { OpenApiSchemas } from './support/openapi-schemas.js';
import { Receiver } from './support/receiver.js';

/** What the hub answers is what its documentation says, and so is what the documentation gives for examples. */

interface Media {
  readonly schema: object;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}
interface Response {
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, Media>>;
}
interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly example?: unknown;
  readonly schema: { readonly example?: unknown };
}
interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<Record<string, Response>>;
}
interface Documented extends Operation {
  readonly method: string;
  readonly path: string;
}

const JSON_TYPE = 'application/json';

let hub: TestHub;
let receiver: Receiver;
let document: OpenAPIObject;
let schemas: OpenApiSchemas;
let operations: readonly Documented[];

beforeAll(async () => {
  [hub, receiver] = await Promise.all([TestHub.start(), Receiver.start()]);
  document = (await hub.get('/openapi.json', { key: null })).body as OpenAPIObject;
  schemas = new OpenApiSchemas(document);
  operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item as unknown as Readonly<Record<string, Operation>>).map(([method, operation]) => ({
      ...operation,
      method: method.toUpperCase(),
      path,
    })),
  );
  // One of everything, so that no list is empty.
  const { id } = await hub.subscribe({ url: receiver.url, events: ['*'], headers: { 'x-a': 'b' } });
  await hub.send(APPLICATION);
  await hub.until(`/v1/attempts?subscription_id=${id}`, ({ data }: { data: unknown[] }) => data.length > 0);
  const hook = { event: 'Employee Created', target_url: receiver.url };
  for (const [path, body] of [
    ['/v1/partners', { name: 'Partner' }],
    ['/v1/sources', { dialect: 'standard', name: 'Source' }],
    ['/autotechjobs/v1/webhooks', { url: receiver.url, events: ['*'] }],
    ['/resthooks/subscriptions', hook],
  ] as const) {
    expect((await hub.post(path, body)).status).toBe(201);
  }
});

afterAll(async () => {
  await hub.stop();
  await receiver.close();
});

const APPLICATION = { type: 'application.submitted', data: { application: { id: '42', status: 'new' } } };

/** Something fresh to call an operation on, by how its path starts. */
const SUBJECTS: readonly (readonly [start: string, make: () => Promise<string>])[] = [
  ['/v1/api-keys/', () => created('/v1/api-keys', { name: 'Key', role: 'viewer' })],
  ['/v1/partners/', () => created('/v1/partners', { name: 'Partner' })],
  ['/v1/sources/', () => created('/v1/sources', { dialect: 'standard', name: 'Source' })],
  ['/v1/subscriptions/', () => created('/v1/subscriptions', { url: receiver.url, events: ['*'] })],
  ['/autotechjobs/', () => created('/autotechjobs/v1/webhooks', { url: receiver.url, events: ['*'] })],
  ['/resthooks/subscriptions/', () => created('/resthooks/subscriptions', hookTo(receiver.url))],
  ['/v1/recoveries/', async () => created(`/v1/subscriptions/${await newest('subscriptions')}/recover`, SINCE)],
  ['/v1/erasures/', () => created('/v1/subjects/erase', { entity: 'candidate', id: 'nobody' })],
  ['/v1/events/', async () => (await hub.send(APPLICATION)).id],
  ['/v1/deliveries/', () => newest('deliveries')],
  ['/v1/attempts/', () => newest('attempts')],
  ['/v1/event-types/', async () => 'application.submitted'],
  ['/v1/dialects/', async () => 'autotechjobs'],
  ['/jobaffinity/', async () => '42'],
  ['/resthooks/events/', async () => 'employee-created'],
];
const SINCE = { since: '2026-01-31T12:00:00Z' };
const hookTo = (url: string) => ({ event: 'Employee Created', target_url: url });

async function created(path: string, body: object): Promise<string> {
  const answer = await hub.post(path, body);
  const { id, data } = answer.body as { id?: string; data?: { id: string } };
  return id ?? data?.id ?? '';
}

async function newest(list: string): Promise<string> {
  return ((await hub.get(`/v1/${list}?limit=1`)).body as { data: { id: string }[] }).data[0]?.id ?? '';
}

async function addressOf({ path, parameters = [] }: Documented): Promise<string> {
  let address = path.replace('{event}', 'application.submitted');
  if (path.startsWith('/resthooks/')) address = path.replace('{event}', 'employee-created');
  if (address.includes('{')) {
    const make = SUBJECTS.find(([start]) => path.startsWith(start))?.[1];
    if (!make) throw new Error(`Nothing is known to call ${path} on.`);
    address = address.replace(/\{\w+\}/, encodeURIComponent(await make()));
  }
  const query = parameters.filter((parameter) => parameter.in === 'query' && parameter.required);
  const terms = query.map(({ name, example, schema }) => `${name}=${String(example ?? schema.example)}`);
  return terms.length > 0 ? `${address}?${terms.join('&')}` : address;
}

function expectDocumented({ method, path, responses }: Documented, answer: ApiAnswer): void {
  const told = `${method} ${path} answered ${answer.status} ${answer.text.slice(0, 500)}`;
  const response = responses[answer.status];
  if (!response) throw new Error(`${told}: undocumented.`);
  for (const name of Object.keys(response.headers ?? {})) {
    if (answer.headers.get(name) === null) throw new Error(`${told}, without ${name}.`);
  }
  const contentType = answer.headers.get('content-type')?.split(';')[0] ?? '';
  const media = response.content?.[contentType];
  if (!media && (response.content || answer.text !== '')) throw new Error(`${told}, undocumented as ${contentType}.`);
  const mistakes = media ? schemas.mistakes(media.schema, answer.body) : [];
  if (mistakes.length > 0) throw new Error(`${told}, which is not as documented: ${mistakes.join('; ')}.`);
}

describe('an answer', () => {
  it('is the documented one, where an operation does what it is for', async () => {
    const answered: string[] = [];
    for (const operation of operations) {
      const [success] = Object.entries(operation.responses).find(([status]) => status.startsWith('2')) ?? [];
      const content = operation.responses[success ?? '']?.content ?? {};
      // Streams do not end; what a vendor sends comes to addresses of its own, and has specs of its own.
      if (success !== '204' && !(JSON_TYPE in content)) continue;
      if (operation.path.startsWith('/in/')) continue;
      const examples = Object.values(operation.requestBody?.content[JSON_TYPE]?.examples ?? {});
      for (const value of examples.length > 0 ? examples.map((example) => example.value) : [undefined]) {
        const answer = await hub.request(operation.method, await addressOf(operation), value);
        if (answer.status >= 300) {
          throw new Error(`${operation.method} ${operation.path}: ${answer.status} ${answer.text}`);
        }
        expectDocumented(operation, answer);
        answered.push(operation.operationId);
      }
    }
    expect(new Set(answered).size).toBeGreaterThan(60);
  });

  it('is the documented one, where an operation is refused', async () => {
    const partner = await makePartner(hub);
    await hub.patch(`/v1/partners/${partner.id}`, { status: 'disabled' });
    for (const operation of operations) {
      const isPublic = !('401' in operation.responses) || operation.path.startsWith('/in/');
      if (isPublic) continue;
      const path = operation.path.replaceAll(/\{\w+\}/g, 'nothing');
      const refusals: [string, ApiAnswer][] = [
        ['without a key', await hub.request(operation.method, path, undefined, { key: null })],
        ['of a disabled partner', await hub.request(operation.method, path, undefined, { key: partner.key })],
      ];
      if (operation.requestBody) {
        refusals.push(['unreadable', await hub.request(operation.method, path, '{')]);
        refusals.push(['an array', await hub.request(operation.method, path, '[]')]);
        const headers = { 'content-type': 'text/plain' };
        refusals.push(['no JSON', await hub.request(operation.method, path, 'x', { headers })]);
      }
      for (const [, answer] of refusals) {
        expect(answer.status).toBeGreaterThanOrEqual(400);
        expectDocumented(operation, answer);
      }
    }
  });
});

describe('an example', () => {
  it('of a body is as the schema of the body says', () => {
    for (const { method, path, requestBody } of operations) {
      for (const media of Object.values(requestBody?.content ?? {})) {
        for (const [name, { value }] of Object.entries(media.examples ?? {})) {
          expect([method, path, name, schemas.mistakes(media.schema, value)]).toEqual([method, path, name, []]);
        }
      }
    }
  });

  it('of a field is as the schema of the field says', () => {
    const wrong: string[] = [];
    for (const [name, schema] of Object.entries(document.components?.schemas ?? {})) {
      const { properties = {} } = schema as { properties?: Readonly<Record<string, { example?: unknown }>> };
      for (const [field, property] of Object.entries(properties)) {
        if (property.example === undefined) continue;
        for (const mistake of schemas.mistakes(property, property.example)) wrong.push(`${name}.${field}: ${mistake}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});
