import type { OutboundError } from './outbound-answer.js';

/** Why a connection could not be made, carried through the HTTP client. */
export class OutboundFailure extends Error {
  // No `code` property: the HTTP client retries connections whose error carries certain codes.
  constructor(readonly failure: OutboundError) {
    super(failure.message);
    this.name = 'OutboundFailure';
  }
}

const FAILURE_BY_CODE: Readonly<Record<string, OutboundError>> = {
  ECONNREFUSED: { code: 'connection_refused', message: 'The receiver refused the connection.' },
  ECONNRESET: {
    code: 'connection_reset',
    message: 'The receiver closed the connection before its answer was complete.',
  },
  ETIMEDOUT: { code: 'timeout', message: 'The connection to the receiver timed out.' },
  ENETUNREACH: { code: 'connection_failed', message: 'The network of the receiver can not be reached.' },
  EHOSTUNREACH: { code: 'connection_failed', message: 'The receiver can not be reached.' },
  UND_ERR_HEADERS_OVERFLOW: { code: 'invalid_answer', message: 'The headers of the answer are too large.' },
};

const SAME_AS: Readonly<Record<string, string>> = {
  EPIPE: 'ECONNRESET',
  UND_ERR_SOCKET: 'ECONNRESET',
  UND_ERR_CONNECT_TIMEOUT: 'ETIMEDOUT',
};

/** Puts what Node or the HTTP client reported into the words of the hub. */
export function describeFailure(error: unknown): OutboundError {
  if (error instanceof OutboundFailure) return error.failure;
  const { name, code, message } = readError(error);
  const invalid = invalidAnswerReason(name, code, message);
  if (invalid !== null) return { code: 'invalid_answer', message: `The answer is not valid HTTP/1.1 (${invalid}).` };
  const known = FAILURE_BY_CODE[SAME_AS[code] ?? code];
  return known ?? { code: 'connection_failed', message: `The connection failed (${code || message}).` };
}

/** While TLS is being set up, whatever is not a reset or a timeout is a matter of certificates or protocol. */
export function describeTlsFailure(error: unknown): OutboundError {
  const described = describeFailure(error);
  if (described.code === 'timeout' || described.code === 'connection_reset') return described;
  const { code, message } = readError(error);
  return { code: 'tls', message: `The TLS connection failed (${code || message}).` };
}

/** Reads the fields rather than the class: errors of Node itself are of another realm under Jest. */
export function readError(error: unknown): { name: string; code: string; message: string } {
  const { name, code, message } = Object(error) as Record<string, unknown>;
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  return { name: text(name), code: text(code), message: text(message) };
}

function invalidAnswerReason(name: string, code: string, message: string): string | null {
  // The parser wraps its reason in a sentence of its own.
  if (name === 'HTTPParserError') return /\((.*)\)$/.exec(message)?.[1] ?? 'unreadable';
  if (code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') return 'its length is not the declared one';
  if (code === 'UND_ERR_SOCKET' && message.startsWith('bad ')) return 'unexpected status';
  // A status line that the client's parser lets through, but its own checks do not.
  if (code === 'ERR_ASSERTION') return 'unexpected message';
  return null;
}
