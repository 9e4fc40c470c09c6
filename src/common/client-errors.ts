import type { Socket } from 'node:net';
import { newRequestId } from './ids.js';
import { problemBody } from './problem.filter.js';
import { Problem, PROBLEMS } from './problem.js';

/** Answers, as a problem like any other, what is refused before there is a request: what the HTTP parser cannot read, or waited for too long. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (socket.writable) socket.write(answerTo(ofCode(error.code)));
  socket.destroy(error);
}

function ofCode(code: string | undefined): Problem {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new Problem('request_timeout', 'The request did not arrive in time.');
  if (code === 'HPE_HEADER_OVERFLOW') return new Problem('headers_too_large', 'The headers may be 16 KiB at most.');
  return new Problem('bad_request', 'This is not valid HTTP/1.1.');
}

function answerTo(problem: Problem): string {
  const requestId = newRequestId();
  const body = problemBody(problem, requestId);
  const headers = [
    `HTTP/1.1 ${problem.status} ${PROBLEMS[problem.code].title}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${requestId}`,
    'connection: close',
  ];
  return `${headers.join('\r\n')}\r\n\r\n${body}`;
}
