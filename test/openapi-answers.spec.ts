import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { APPLICATION, ApiSubjects } from './support/api-subjects.js';
import {
  bodyExamples,
  type DocumentedOperation,
  documentedOperations,
  JSON_TYPE,
  undocumentedOf,
} from './support/documented-operations.js';
import { type ApiAnswer, TestHub } from './support/hub.js';
import { makePartner } from './support/keys.js';
import { OpenApiSchemas } from './support/openapi-schemas.js';
import { Receiver } from './support/receiver.js';

/** What the hub answers is what its documentation says, and so is what the documentation gives for examples. */

let hub: TestHub;
let receiver: Receiver;
let document: OpenAPIObject;
let schemas: OpenApiSchemas;
let operations: readonly DocumentedOperation[];
let subjects: ApiSubjects;

beforeAll(async () => {
  [hub, receiver] = await Promise.all([TestHub.start(), Receiver.start()]);
  document = (await hub.get('/openapi.json', { key: null })).body as OpenAPIObject;
  schemas = new OpenApiSchemas(document);
  operations = documentedOperations(document);
  subjects = new ApiSubjects(hub, receiver.url);
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

async function addressOf(operation: DocumentedOperation): Promise<string> {
  const { parameters = [] } = operation;
  const query = parameters.filter((parameter) => parameter.in === 'query' && parameter.required);
  const terms = await Promise.all(
    query.map(async ({ name, example, schema }) => {
      const value = (await subjects.queryValueOf(name)) ?? example ?? schema.example;
      return `${name}=${String(value)}`;
    }),
  );
  const path = await subjects.pathOf(operation);
  return terms.length > 0 ? `${path}?${terms.join('&')}` : path;
}

function expectDocumented(operation: DocumentedOperation, answer: ApiAnswer): void {
  const undocumented = undocumentedOf(operation, schemas, answer);
  if (undocumented === null) return;
  const told = `${operation.method} ${operation.path} answered ${answer.status} ${answer.text.slice(0, 500)}`;
  throw new Error(`${told}, of which is not documented: ${undocumented}.`);
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
      const examples = bodyExamples(operation);
      for (const value of examples.length > 0 ? examples : [undefined]) {
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
