import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { isDatabaseAway } from './database-away.js';
import { errorText, errorWithStack } from './error-text.js';
import { Problem, PROBLEMS, type ProblemCode } from './problem.js';

const RETRY_AFTER_SECONDS = 5;

/** Turns whatever was thrown into `application/problem+json`: the one place that knows how errors look. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  /** Also for what Fastify refuses before it has found a route. */
  answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const problem = toProblem(error);
    // A caller that went away in the middle of its request is no failure of the hub, whatever the socket says.
    const isCallerGone = request.raw.destroyed && !request.raw.complete;
    if (problem.status >= 500 && !isCallerGone) {
      this.logger.error(
        {
          event: 'request.failed',
          request_id: request.id,
          code: problem.code,
          error: errorText(error),
          stack: errorWithStack(error),
        },
        'A request failed',
      );
    }
    reply.header('x-request-id', request.id);
    if (problem.retryAfterSeconds !== undefined) reply.header('retry-after', String(problem.retryAfterSeconds));
    if (problem.status === 401) reply.header('www-authenticate', 'Bearer, Basic realm="ATS Integration Hub"');
    // Serialised here: Fastify would add its own content type to an object.
    const body = problemBody(problem, request.id);
    void reply.status(problem.status).header('content-type', 'application/problem+json').send(body);
  }
}

/** RFC 9457 */
export function problemBody(problem: Problem, requestId: string): string {
  return JSON.stringify({
    type: `urn:ats-hub:problem:${problem.code}`,
    title: PROBLEMS[problem.code].title,
    status: problem.status,
    detail: problem.detail,
    code: problem.code,
    ...(problem.errors && { errors: problem.errors }),
    request_id: requestId,
  });
}

function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof HttpException) return ofStatus(error.getStatus(), error.message);
  const { code, statusCode, message } = error as { code?: unknown; statusCode?: unknown; message?: unknown };
  if (isDatabaseAway(error)) {
    return new Problem(
      'unavailable',
      'The database cannot be reached right now: try again.',
      undefined,
      RETRY_AFTER_SECONDS,
    );
  }
  if (code === '22021' || code === '22P05') return new Problem('bad_request', 'Text must not hold a NUL character.');
  if (typeof statusCode === 'number' && statusCode < 500) return ofStatus(statusCode, String(message));
  return new Problem('internal_error', 'Something went wrong here; the request id helps to find out what.');
}

function ofStatus(status: number, detail: string): Problem {
  const codes: Partial<Record<number, ProblemCode>> = {
    401: 'unauthorized',
    403: 'forbidden',
    404: 'not_found',
    405: 'method_not_allowed',
    409: 'conflict',
    413: 'body_too_large',
    // A path that is too long for any id.
    414: 'not_found',
    415: 'unsupported_media_type',
    429: 'rate_limited',
    503: 'unavailable',
  };
  return new Problem(codes[status] ?? (status < 500 ? 'bad_request' : 'internal_error'), detail);
}
