import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { IsInstant } from './dto-fields.js';
import { type IdKind, firstUuidAt, parsePublicId } from './ids.js';
import { parseInstant } from './instant.js';
import { PageQuery } from './paging.js';
import { Problem } from './problem.js';

/** Of `next_cursor`. */
export const SHORT_PAGES =
  '`null` on the last page. What is rare in a long history may be far apart: a page then holds fewer rows than asked for, or none, and the next one goes on.';

/** `since` and `until` of lists that are ordered by time; ids are UUIDv7, so a time is a range of ids. */
export class HistoryQuery extends PageQuery {
  @ApiPropertyOptional({ type: 'string', format: 'date-time', description: 'Not before.' })
  @IsOptional()
  @IsInstant()
  since?: string;

  @ApiPropertyOptional({ type: 'string', format: 'date-time', description: 'Before.' })
  @IsOptional()
  @IsInstant()
  until?: string;

  @ApiPropertyOptional({ type: 'string', description: 'Canonical event type.', example: 'application.submitted' })
  @IsOptional()
  @IsString()
  @MaxLength(255)
  type?: string;
}

/** The ids that a history query asks for: `[from, below)`, as parameters of SQL. */
export function idRange(
  query: HistoryQuery,
  cursor: string | undefined,
): { from: string | null; below: string | null } {
  const [from, until] = [firstIdAt(query.since), firstIdAt(query.until)];
  if (from !== null && until !== null && from > until) throw invalidQuery('since', 'must not be after until');
  const bounds = [until, cursor].filter((bound) => bound != null).sort();
  return { from, below: bounds[0] ?? null };
}

function firstIdAt(text: string | undefined): string | null {
  const time = text === undefined ? null : parseInstant(text);
  return time && firstUuidAt(time);
}

/** An id among the query's filters; `null`: not asked for. One that is no id at all matches nothing and is a mistake. */
export function idFilter(kind: IdKind, field: string, text: string | undefined): string | null {
  return text === undefined ? null : requiredId(kind, field, text);
}

export function requiredId(kind: IdKind, field: string, text: string): string {
  const uuid = parsePublicId(kind, text);
  if (uuid) return uuid;
  throw invalidQuery(field, `must be the id of a ${kind}`);
}

function invalidQuery(field: string, message: string): Problem {
  return new Problem('invalid_query', `${field} ${message}.`, [{ field, message }]);
}
