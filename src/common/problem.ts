/** One wrong field: its path as the caller wrote it (`events[3].data.job.id`) and what would be right. */
export interface FieldProblem {
  readonly field: string;
  readonly message: string;
}

/** Every `code` an error can carry, with its HTTP status and title. Codes are stable: callers branch on them. */
export const PROBLEMS = {
  invalid_json: { status: 400, title: 'The body is not valid JSON' },
  invalid_query: { status: 400, title: 'The query is not valid' },
  json_too_deep: { status: 400, title: 'The JSON is nested too deeply' },
  bad_request: { status: 400, title: 'The request cannot be read' },
  unauthorized: { status: 401, title: 'The caller could not be authenticated' },
  forbidden: { status: 403, title: 'This API key may not do that' },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'Method not allowed' },
  request_timeout: { status: 408, title: 'The request took too long to arrive' },
  conflict: { status: 409, title: 'Conflict' },
  idempotency_conflict: { status: 409, title: 'The idempotency key was used with another body' },
  body_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'Unsupported media type' },
  validation_failed: { status: 422, title: 'Some fields are wrong' },
  rate_limited: { status: 429, title: 'Too many requests' },
  headers_too_large: { status: 431, title: 'The headers are too large' },
  internal_error: { status: 500, title: 'Internal error' },
  unavailable: { status: 503, title: 'Temporarily unavailable' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

/** An expected failure, told to the caller as `application/problem+json` (RFC 9457) by the problem filter. */
export class Problem extends Error {
  readonly status: number;

  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    readonly errors?: readonly FieldProblem[],
    readonly retryAfterSeconds?: number,
  ) {
    super(detail);
    this.name = 'Problem';
    this.status = PROBLEMS[code].status;
  }

  static notFound(detail: string): Problem {
    return new Problem('not_found', detail);
  }

  static forbidden(detail: string): Problem {
    return new Problem('forbidden', detail);
  }

  static conflict(detail: string): Problem {
    return new Problem('conflict', detail);
  }

  static invalid(errors: readonly FieldProblem[]): Problem {
    const first = errors[0];
    const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
    return new Problem('validation_failed', first ? `${first.field}: ${first.message}${more}` : 'Invalid.', errors);
  }

  static invalidField(field: string, message: string): Problem {
    return Problem.invalid([{ field, message }]);
  }
}
