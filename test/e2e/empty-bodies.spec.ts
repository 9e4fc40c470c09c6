import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { ApiSubjects } from '../support/api-subjects.js';
import { type DocumentedOperation, documentedOperations, JSON_TYPE } from '../support/documented-operations.js';
import { TestHub } from '../support/hub.js';

/** A body of which nothing is required may be left out. */

/** Each field may be left out, but not all of them. */
const NEEDS_ONE = new Set(['retryDeliveries']);

let hub: TestHub;
let optional: readonly DocumentedOperation[];

beforeAll(async () => {
  hub = await TestHub.start({ dispatch: false });
  const document = (await hub.get('/openapi.json')).body as OpenAPIObject;
  const schemas = document.components?.schemas as Readonly<Record<string, { required?: string[] }>>;
  optional = documentedOperations(document).filter(({ requestBody }) => {
    const { $ref } = (requestBody?.content[JSON_TYPE]?.schema ?? {}) as { $ref?: string };
    return $ref !== undefined && schemas[$ref.split('/').at(-1) ?? '']?.required === undefined;
  });
});

afterAll(() => hub.stop());

describe('a body that requires nothing', () => {
  it('is the same when it is empty and when it is not there', async () => {
    const changes = optional.filter(({ method }) => method === 'PATCH');
    expect(changes.length).toBeGreaterThan(3);
    const subjects = new ApiSubjects(hub, 'http://127.0.0.1:9/');
    for (const operation of optional) {
      for (const body of [{}, undefined]) {
        const { status } = await hub.request(operation.method, await subjects.pathOf(operation), body);
        const isTaken = !NEEDS_ONE.has(operation.operationId);
        expect([operation.operationId, body, status]).toEqual([
          operation.operationId,
          body,
          isTaken ? expect.any(Number) : 422,
        ]);
        expect(status < 300).toBe(isTaken);
      }
    }
  });

  it('changes nothing that is shown', async () => {
    const { body: before } = await hub.post('/v1/partners', { name: 'Partner', event_types: ['job.*'] });
    const { body: after } = await hub.request('PATCH', `/v1/partners/${before.id}`);
    expect(after).toEqual(before);
  });
});
