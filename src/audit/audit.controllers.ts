import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { InjectRepository } from '@nestjs/typeorm';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { And, Equal, LessThan, MoreThanOrEqual, Not, type Repository } from 'typeorm';
import { type Caller, CurrentCaller, Roles } from '../accounts/caller.js';
import { ApiProblems } from '../common/api-problems.js';
import { IsInstant } from '../common/dto-fields.js';
import { idRange } from '../common/history-query.js';
import { publicId, uuidFromPath } from '../common/ids.js';
import type { JsonValue } from '../common/json.js';
import { cursorUuid, PageQuery, showPage, toPage } from '../common/paging.js';
import { AttemptDto, AttemptPageDto, AttemptsQuery } from './attempt.dtos.js';
import { AttemptsService } from './attempts.service.js';
import { AuditEntry } from './audit.entities.js';

@ApiTags('Task history')
@ApiBearerAuth()
@ApiProblems('unauthorized', 'forbidden')
@Controller('v1/attempts')
export class AttemptsController {
  constructor(private readonly attempts: AttemptsService) {}

  @Get()
  @Roles('admin', 'viewer', 'partner')
  @ApiOperation({
    summary: 'The task history',
    description: 'One row a webhook call, newest first.',
    operationId: 'listAttempts',
  })
  @ApiOkResponse({ type: AttemptPageDto })
  @ApiProblems('invalid_query')
  async list(@CurrentCaller() caller: Caller, @Query() query: AttemptsQuery): Promise<AttemptPageDto> {
    return showPage(await this.attempts.list(caller, query), 'attempt', (row) => AttemptDto.of(row));
  }

  @Get(':id')
  @Roles('admin', 'viewer', 'partner')
  @ApiOperation({ summary: 'One webhook call', operationId: 'getAttempt' })
  @ApiOkResponse({ type: AttemptDto })
  @ApiProblems('not_found')
  async get(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<AttemptDto> {
    return AttemptDto.of(await this.attempts.get(caller, uuidFromPath('attempt', id)));
  }
}

export class AuditQuery extends PageQuery {
  @ApiPropertyOptional({ type: 'string', example: 'subscription.created' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  action?: string;

  @ApiPropertyOptional({ type: 'string', example: 'wh_01m7xr63cee52b9skadqbv3y6n' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  target_id?: string;

  @ApiPropertyOptional({ enum: ['true', 'false'], description: '`true`: without the acceptance of events.' })
  @IsOptional()
  @IsIn(['true', 'false'])
  changes_only?: 'true' | 'false';

  @ApiPropertyOptional({ type: 'string', format: 'date-time', description: 'Not before.' })
  @IsOptional()
  @IsInstant()
  since?: string;

  @ApiPropertyOptional({ type: 'string', format: 'date-time', description: 'Before.' })
  @IsOptional()
  @IsInstant()
  until?: string;
}

export class AuditActorDto {
  @ApiProperty({ type: 'string', nullable: true, description: '`null`: the hub itself, by a rule.' })
  key_id: string | null;
  @ApiProperty({ type: 'string' })
  key_name: string;
  @ApiProperty({ type: 'string' })
  role: string;
  @ApiProperty({ type: 'string', nullable: true })
  address: string | null;
}

export class AuditEntryDto {
  @ApiProperty({ type: 'string', example: 'aud_01m7xr63cee52b9skadqbv3y6n' })
  id: string;
  @ApiProperty({ type: 'string', example: 'subscription.created' })
  action: string;
  @ApiProperty({ type: 'string', example: 'subscription' })
  target_kind: string;
  @ApiProperty({ type: 'string' })
  target_id: string;
  @ApiProperty({ type: AuditActorDto })
  by: AuditActorDto;
  @ApiProperty({ type: 'string', nullable: true })
  request_id: string | null;
  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true })
  before: JsonValue;
  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true })
  after: JsonValue;
  @ApiProperty({ type: 'string', format: 'date-time' })
  created_at: string;

  static of(row: AuditEntry): AuditEntryDto {
    return {
      id: publicId('audit', row.id),
      action: row.action,
      target_kind: row.targetKind,
      target_id: row.targetId,
      by: {
        key_id: row.keyId && publicId('apiKey', row.keyId),
        key_name: row.keyName,
        role: row.role,
        address: row.address,
      },
      request_id: row.requestId,
      before: row.before,
      after: row.after,
      created_at: row.createdAt.toISOString(),
    };
  }
}

export class AuditPageDto {
  @ApiProperty({ type: [AuditEntryDto] })
  data: AuditEntryDto[];
  @ApiProperty({ type: 'string', nullable: true })
  next_cursor: string | null;
}

@ApiTags('Audit log')
@ApiBearerAuth()
@ApiProblems('unauthorized', 'forbidden')
@Controller('v1/audit-log')
export class AuditLogController {
  constructor(@InjectRepository(AuditEntry) private readonly entries: Repository<AuditEntry>) {}

  @Get()
  @Roles('admin', 'viewer')
  @ApiOperation({ summary: 'Who changed what, from where', operationId: 'listAuditLog' })
  @ApiOkResponse({ type: AuditPageDto })
  @ApiProblems('invalid_query')
  async list(@CurrentCaller() caller: Caller, @Query() query: AuditQuery): Promise<AuditPageDto> {
    const rows = await this.entries.find({
      where: { accountId: caller.accountId, ...wantedBy(query) },
      order: { id: 'DESC' },
      take: query.limit + 1,
    });
    return toPage(rows, query, 'audit', (row) => AuditEntryDto.of(row));
  }
}

const ACCEPTED = 'events.accepted';

function wantedBy(query: AuditQuery) {
  const { from, below } = idRange(query, cursorUuid('audit', query));
  const bounds = [...(from === null ? [] : [MoreThanOrEqual(from)]), ...(below === null ? [] : [LessThan(below)])];
  const actions = [
    ...(query.action === undefined ? [] : [Equal(query.action)]),
    ...(query.changes_only === 'true' ? [Not(ACCEPTED)] : []),
  ];
  return {
    ...(bounds.length > 0 && { id: And(...bounds) }),
    ...(actions.length > 0 && { action: And(...actions) }),
    ...(query.target_id !== undefined && { targetId: query.target_id }),
  };
}
