import type { Attributes, Span } from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { beginRequestSpan, endSpan, runWithin } from './tracing.js';

/** A span for every request but those of monitoring. Named for its route: addresses of sources and query strings hold secrets. */
export function traceRequests(fastify: FastifyInstance): void {
  const spans = new WeakMap<FastifyRequest, Span>();
  fastify.addHook('onRequest', async (request) => {
    const route = request.routeOptions.url ?? '';
    if (/^\/(health\/|metrics$)/.test(route)) return;
    const attributes = {
      'http.request.method': request.method,
      'url.scheme': request.protocol,
      'hub.request_id': request.id,
      ...(route !== '' && { 'http.route': route }),
    };
    spans.set(request, beginRequestSpan(`${request.method} ${route}`.trim(), request.headers, { attributes }));
  });
  // After the body was read: a socket's events lose what the hook before it ran within.
  fastify.addHook('preHandler', (request, _reply, done) => {
    const span = spans.get(request);
    if (span) runWithin(span, done);
    else done();
  });
  const end = (request: FastifyRequest, attributes: Attributes, failure: string | null) => {
    const span = spans.get(request);
    spans.delete(request);
    if (span) endSpan(span, attributes, failure);
  };
  fastify.addHook('onResponse', async (request, { statusCode }) => {
    end(request, { 'http.response.status_code': statusCode }, statusCode >= 500 ? String(statusCode) : null);
  });
  fastify.addHook('onRequestAbort', async (request) => end(request, {}, 'aborted'));
}
