import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { TestHub } from './support/hub.js';
import { Receiver } from './support/receiver.js';

/** The API's own documentation: complete, resolvable, and with examples that the hub accepts as they are. */

interface Schema {
  readonly $ref?: string;
  readonly description?: string;
  readonly example?: unknown;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
}
interface Media {
  readonly schema?: Schema;
  readonly examples?: Readonly<Record<string, { readonly summary: string; readonly value: unknown }>>;
}
interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly object[];
  readonly parameters?: readonly {
    readonly in: string;
    readonly name: string;
    readonly required?: boolean;
    readonly example?: unknown;
    readonly schema: Schema;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, Media>> }>>;
}
interface Documented {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
  readonly body: Media | undefined;
}

/** What answers with something else than JSON. */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  getMetrics: 'text/plain',
  streamEvents: 'text/event-stream',
};
const PUBLIC = ['getLiveness', 'getReadiness', 'getMetrics', 'receiveWebhook', 'receiveWebhookOfEvent'];

let hub: TestHub;
let receiver: Receiver;
let document: OpenAPIObject;
let operations: readonly Documented[];

beforeAll(async () => {
  [hub, receiver] = await Promise.all([TestHub.start(), Receiver.start()]);
  document = (await hub.get('/openapi.json', { key: null })).body as OpenAPIObject;
  operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item as unknown as Readonly<Record<string, Operation>>).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation,
      body: operation.requestBody?.content['application/json'],
    })),
  );
});

afterAll(async () => {
  await hub.stop();
  await receiver.close();
});

/** The operations that are not as they should be. */
function offenders(isWell: (documented: Documented) => boolean): string[] {
  return operations.filter((one) => !isWell(one)).map(({ method, path }) => `${method} ${path}`);
}

function schemaOf({ $ref }: Schema): Schema {
  const schemas = (document.components?.schemas ?? {}) as Readonly<Record<string, Schema>>;
  return schemas[$ref?.split('/').at(-1) ?? ''] ?? {};
}

describe('every operation', () => {
  it('has an id of its own, a summary and a tag', () => {
    expect(operations.length).toBeGreaterThan(40);
    expect(offenders(({ operation }) => /^[a-z][A-Za-z]+$/.test(operation.operationId ?? ''))).toEqual([]);
    expect(offenders(({ operation }) => (operation.summary ?? '') !== '' && operation.tags?.length === 1)).toEqual([]);
    expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length);
  });

  it('says which key it takes, unless it takes none', () => {
    const isPublic = ({ operation }: Documented) => PUBLIC.includes(operation.operationId ?? '');
    expect(offenders((one) => isPublic(one) || (one.operation.security?.length ?? 0) > 0)).toEqual([]);
    expect(
      offenders((one) => isPublic(one) || ('401' in one.operation.responses && '503' in one.operation.responses)),
    ).toEqual([]);
  });

  it('tells what it answers, and as what', () => {
    const answers = ({ operation }: Documented) => {
      const [status, response] = Object.entries(operation.responses).find(([code]) => code.startsWith('2')) ?? [];
      const type = MEDIA_TYPES[operation.operationId ?? ''] ?? 'application/json';
      return status === '204' || response?.content?.[type]?.schema !== undefined;
    };
    expect(offenders(answers)).toEqual([]);
  });

  it('tells the errors that its parameters and body may bring', () => {
    const tells = ({ operation: { parameters = [], responses }, body }: Documented) => {
      const expected = [
        ...(parameters.some((parameter) => parameter.in === 'path') ? ['404'] : []),
        ...(parameters.some((parameter) => parameter.in === 'query') ? ['400'] : []),
        ...(body ? ['400', '413', '415', '422'] : []),
      ];
      return expected.every((status) => status in responses);
    };
    expect(offenders(tells)).toEqual([]);
  });

  it('tells every error as a problem', () => {
    const isProblem = ({ operation: { responses } }: Documented) =>
      Object.entries(responses)
        .filter(([status]) => Number(status) >= 400)
        .every(([, { content }]) => content?.['application/problem+json']?.schema?.$ref?.endsWith('/ProblemDto'));
    expect(offenders(isProblem)).toEqual([]);
  });

  it('explains every field of its body and every parameter of its query', () => {
    const says = ({ description, example, enum: values, format, default: standard }: Schema) =>
      [description, example, values, format, standard].some((hint) => hint !== undefined);
    const silent = operations.flatMap(({ path, operation, body }) => [
      ...Object.entries(body?.schema ? (schemaOf(body.schema).properties ?? {}) : {})
        .filter(([, schema]) => !says(schema) && schema.$ref === undefined && !('readOnly' in schema))
        .map(([name]) => `${path}: ${name}`),
      ...(operation.parameters ?? [])
        .filter((parameter) => parameter.in === 'query' && !says({ ...parameter.schema, ...parameter }))
        .map(({ name }) => `${path}?${name}`),
    ]);
    expect(silent).toEqual([]);
  });

  it('fills in nothing that narrows a list: Swagger UI sends the examples of parameters', () => {
    const filledIn = operations.flatMap(({ path, operation }) =>
      (operation.parameters ?? [])
        .filter(({ in: place, required, example, schema }) => {
          return place === 'query' && !required && (example ?? schema?.example) !== undefined;
        })
        .map(({ name }) => `${path}?${name}`),
    );
    expect(filledIn).toEqual([]);
  });
});

describe('the document', () => {
  it('refers to nothing that is not there', () => {
    const text = JSON.stringify(document);
    const references = new Set([...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name = '']) => name));
    const schemas = Object.keys(document.components?.schemas ?? {});
    expect([...references].filter((name) => !schemas.includes(name))).toEqual([]);
    expect(schemas.filter((name) => !references.has(name))).toEqual([]);
  });

  it('knows both ways to send a key', () => {
    expect(Object.keys(document.components?.securitySchemes ?? {}).sort()).toEqual(['basic', 'bearer']);
  });
});

describe('the examples of bodies', () => {
  it('are there wherever there is a body', () => {
    expect(offenders(({ body }) => !body || Object.keys(body.examples ?? {}).length > 0)).toEqual([]);
  });

  it('are accepted as they are, by whoever tries them out', async () => {
    for (const { method, path, body } of operations) {
      for (const [name, { value }] of Object.entries(body?.examples ?? {})) {
        const answer = await hub.request(method, await pathFor(path), value);
        if (answer.status >= 300) throw new Error(`${name} of ${method} ${path}: ${answer.status} ${answer.text}`);
      }
    }
  });

  /** Something to try an operation on, fresh each time. */
  async function pathFor(path: string): Promise<string> {
    if (!path.includes('{id}')) return path;
    const dialect = path.split('/')[1] === 'v1' ? 'standard' : (path.split('/')[1] ?? '');
    const events = { resthooks: ['Employee Created'] }[dialect] ?? ['*'];
    const ids: Readonly<Record<string, () => Promise<{ id: string }>>> = {
      subscriptions: () => hub.subscribe({ url: receiver.url, events, dialect }),
      webhooks: () => hub.subscribe({ url: receiver.url, events, dialect }),
      partners: async () => (await hub.post('/v1/partners', { name: 'Partner' })).body as { id: string },
      events: () => hub.send({ type: 'custom.tried', data: {} }),
      sources: async () =>
        (await hub.post('/v1/sources', { dialect: 'standard', name: 'Source' })).body as { id: string },
    };
    const kind = Object.keys(ids).find((name) => path.includes(`/${name}/{id}`)) ?? '';
    const made = await ids[kind]?.();
    if (!made) throw new Error(`Nothing is known to try ${path} on.`);
    return path.replace('{id}', made.id);
  }
});
