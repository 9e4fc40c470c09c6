import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { PROBLEMS, type ProblemCode } from './problem.js';

export class FieldProblemDto {
  @ApiProperty({ type: 'string', example: 'events[0].data.application.id' })
  field: string;
  @ApiProperty({ type: 'string', example: 'is required: a non-empty string' })
  message: string;
}

/** RFC 9457, `application/problem+json`. */
export class ProblemDto {
  @ApiProperty({ type: 'string', example: 'urn:ats-hub:problem:validation_failed' })
  type: string;
  @ApiProperty({ type: 'string', example: 'Some fields are wrong' })
  title: string;
  @ApiProperty({ type: 'integer', example: 422 })
  status: number;
  @ApiProperty({ type: 'string' })
  detail: string;
  @ApiProperty({ enum: Object.keys(PROBLEMS), description: 'Stable: branch on it.' })
  code: ProblemCode;
  @ApiPropertyOptional({ type: [FieldProblemDto] })
  errors?: FieldProblemDto[];
  @ApiProperty({ type: 'string' })
  request_id: string;
}

/** What comes along with another: a key is looked up in the database, and its requests are counted; a body may be of any kind and size. */
const ALONG: Partial<Record<ProblemCode, readonly ProblemCode[]>> = {
  unauthorized: ['rate_limited', 'unavailable'],
  invalid_json: ['json_too_deep', 'body_too_large', 'unsupported_media_type'],
};

/** What comes along in the answer's headers, by its status. */
const HEADERS: Partial<
  Record<number, Record<string, { description: string; schema: { type: 'string' | 'integer' } }>>
> = {
  401: { 'WWW-Authenticate': { description: 'The ways to send a key.', schema: { type: 'string' } } },
  503: { 'Retry-After': { description: 'Seconds after which to try again.', schema: { type: 'integer' } } },
};
const CONTENT = { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemDto) } } };
const ANY_OTHER =
  'Any other failure: `bad_request` for what cannot be read at all, `request_timeout` (408) for what does not arrive in time, ' +
  '`headers_too_large` (431); `invalid_json`, `json_too_deep`, `body_too_large` and ' +
  '`unsupported_media_type` also for a body where none is expected; `internal_error` for a fault of the hub.';

/** Documents the errors of an operation by their codes. */
export function ApiProblems(...codes: ProblemCode[]): MethodDecorator & ClassDecorator {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of new Set(codes.flatMap((code) => [code, ...(ALONG[code] ?? [])]))) {
    const { status } = PROBLEMS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return applyDecorators(
    ...[...byStatus].map(([status, group]) =>
      ApiResponse({
        status,
        description: group.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join('. '),
        content: CONTENT,
        ...(HEADERS[status] && { headers: HEADERS[status] }),
      }),
    ),
    ApiResponse({ status: 'default', description: ANY_OTHER, content: CONTENT }),
  );
}
