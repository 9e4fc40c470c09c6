import { afterEach, describe, expect, it } from '@jest/globals';
import fastify, { type FastifyInstance } from 'fastify';
import { createLogger } from './common/logger.js';
import { serveConsole } from './console.js';

describe('the console', () => {
  let app: FastifyInstance;
  afterEach(() => app.close());

  it('says how to build it when it has not been built', async () => {
    app = fastify();
    await serveConsole(app, createLogger('silent', false), '/nowhere');
    for (const url of ['/console', '/console/subscriptions/new']) {
      const { statusCode, headers, body } = await app.inject({ url });
      expect([statusCode, headers['content-type']]).toEqual([503, 'text/plain; charset=utf-8']);
      expect(body).toContain('run "npm run build"');
    }
    expect((await app.inject({ url: '/' })).headers.location).toBe('/console');
  });
});
