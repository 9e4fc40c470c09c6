import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { FromDigits } from './dto-fields.js';
import { parsePublicId, publicId, type IdKind } from './ids.js';
import { Problem } from './problem.js';

/** `?limit=&cursor=` of every list. */
export class PageQuery {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 200, default: 50, description: 'Rows on one page.' })
  @IsOptional()
  @FromDigits()
  @IsInt()
  @Min(1)
  @Max(200)
  limit: number = 50;

  @ApiPropertyOptional({ type: 'string', description: 'The `next_cursor` of the page before.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  cursor?: string;
}

/** Newest first; `next_cursor` is the id of the last row shown, so that inserts never shift a page. */
export interface Page<T> {
  data: T[];
  next_cursor: string | null;
}

/** The UUID to page below, or `undefined` for the first page. */
export function cursorUuid(kind: IdKind, query: PageQuery): string | undefined {
  if (query.cursor === undefined) return undefined;
  const uuid = parsePublicId(kind, query.cursor);
  if (!uuid) {
    throw new Problem('invalid_query', 'cursor must be the next_cursor of an earlier page.', [
      { field: 'cursor', message: 'must be the next_cursor of an earlier page' },
    ]);
  }
  return uuid;
}

/** Rows, newest first; `next`: the UUID below which the next page starts, `null` when there is none. */
export interface HistoryPage<Row> {
  readonly rows: Row[];
  readonly next: string | null;
}

/** Of rows that were read with `limit + 1`. */
export function pageOf<Row extends { id: string }>(rows: readonly Row[], limit: number): HistoryPage<Row> {
  const shown = rows.slice(0, limit);
  return { rows: shown, next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null };
}

/** Makes a page of rows that were read with `limit + 1`. */
export function toPage<Row extends { id: string }, T>(
  rows: Row[],
  query: PageQuery,
  kind: IdKind,
  show: (row: Row) => T,
): Page<T> {
  return showPage(pageOf(rows, query.limit), kind, show);
}

export function showPage<Row, T>({ rows, next }: HistoryPage<Row>, kind: IdKind, show: (row: Row) => T): Page<T> {
  return { data: rows.map(show), next_cursor: next && publicId(kind, next) };
}
