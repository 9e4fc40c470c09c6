import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThan, type Repository } from 'typeorm';
import { type Caller, CurrentCaller, Roles } from '../accounts/caller.js';
import { DialectCatalog } from '../ats/dialect-catalog.service.js';
import { ApiProblems } from '../common/api-problems.js';
import { uuidFromPath } from '../common/ids.js';
import { cursorUuid, PageQuery, toPage } from '../common/paging.js';
import {
  CreatedSourceDto,
  CreateSourceDto,
  InboundRequestDto,
  InboundRequestPageDto,
  type IngestUrlsDto,
  RotateSourceSecretDto,
  SourceDto,
  SourcePageDto,
  toSourceDto,
  UpdateSourceDto,
} from './source.dtos.js';
import { InboundRequestRow, type Source } from './source.entities.js';
import { SOURCE_CHANGE_EXAMPLES, SOURCE_EXAMPLES, SOURCE_ROTATION_EXAMPLES } from './source.examples.js';
import { SourcesService } from './sources.service.js';

@ApiTags('Sources')
@ApiBearerAuth()
@ApiProblems('unauthorized', 'forbidden')
@Controller('v1/sources')
export class SourcesController {
  constructor(
    private readonly sources: SourcesService,
    private readonly dialects: DialectCatalog,
    @InjectRepository(InboundRequestRow) private readonly requests: Repository<InboundRequestRow>,
  ) {}

  @Post()
  @ApiOperation({
    summary: 'Connect an ATS',
    description:
      'Gives an unguessable address to paste at the vendor, and the secret that it signs with, shown this once.',
    operationId: 'createSource',
  })
  @ApiBody({ type: CreateSourceDto, examples: SOURCE_EXAMPLES })
  @ApiCreatedResponse({ type: CreatedSourceDto })
  @ApiProblems('invalid_json', 'validation_failed')
  async create(@CurrentCaller() caller: Caller, @Body() body: CreateSourceDto): Promise<CreatedSourceDto> {
    const { dialect, ...input } = body;
    const { source, secret } = await this.sources.create(caller, dialect, input);
    return { ...this.show(source), secret };
  }

  @Get()
  @Roles('admin', 'producer', 'viewer')
  @ApiOperation({ summary: 'List sources', operationId: 'listSources' })
  @ApiOkResponse({ type: SourcePageDto })
  @ApiProblems('invalid_query')
  async list(@CurrentCaller() caller: Caller, @Query() query: PageQuery): Promise<SourcePageDto> {
    return toPage(await this.sources.list(caller, query), query, 'source', (source) => this.show(source));
  }

  @Get(':id')
  @Roles('admin', 'producer', 'viewer')
  @ApiOperation({ summary: 'One source', operationId: 'getSource' })
  @ApiOkResponse({ type: SourceDto })
  @ApiProblems('not_found')
  async get(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<SourceDto> {
    return this.show(await this.sources.get(caller, uuidFromPath('source', id)));
  }

  @Patch(':id')
  @ApiOperation({
    summary: 'Change a source',
    description: 'Absent fields stay as they are. The dialect cannot be changed; the secret is changed by rotating it.',
    operationId: 'updateSource',
  })
  @ApiBody({ type: UpdateSourceDto, examples: SOURCE_CHANGE_EXAMPLES })
  @ApiOkResponse({ type: SourceDto })
  @ApiProblems('invalid_json', 'validation_failed', 'not_found')
  async update(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Body() body: UpdateSourceDto,
  ): Promise<SourceDto> {
    return this.show(await this.sources.update(caller, uuidFromPath('source', id), body));
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Disconnect an ATS',
    description: 'Its address answers 404 from now on.',
    operationId: 'deleteSource',
  })
  @ApiNoContentResponse()
  @ApiProblems('not_found')
  async delete(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<void> {
    await this.sources.delete(caller, uuidFromPath('source', id));
  }

  @Post(':id/rotate-secret')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Rotate what the vendor signs with',
    description: 'Until the overlap ends both secrets are good.',
    operationId: 'rotateSourceSecret',
  })
  @ApiBody({ type: RotateSourceSecretDto, examples: SOURCE_ROTATION_EXAMPLES })
  @ApiOkResponse({ type: CreatedSourceDto })
  @ApiProblems('invalid_json', 'validation_failed', 'not_found', 'conflict')
  async rotate(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Body() body: RotateSourceSecretDto,
  ): Promise<CreatedSourceDto> {
    const overlapHours = body.overlap_hours ?? 24;
    const rotated = await this.sources.rotateSecret(caller, uuidFromPath('source', id), overlapHours, body.secret);
    return { ...this.show(rotated.source), secret: rotated.secret };
  }

  @Get(':id/requests')
  @Roles('admin', 'producer', 'viewer')
  @ApiOperation({
    summary: 'The calls a source got, with verdicts',
    description: 'Newest first.',
    operationId: 'listInboundRequests',
  })
  @ApiOkResponse({ type: InboundRequestPageDto })
  @ApiProblems('invalid_query', 'not_found')
  async listRequests(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Query() query: PageQuery,
  ): Promise<InboundRequestPageDto> {
    const source = await this.sources.get(caller, uuidFromPath('source', id));
    const below = cursorUuid('inboundRequest', query);
    const rows = await this.requests.find({
      where: { sourceId: source.id, ...(below && { id: LessThan(below) }) },
      order: { id: 'DESC' },
      take: query.limit + 1,
    });
    return toPage(rows, query, 'inboundRequest', (row) => InboundRequestDto.of(row));
  }

  private show(source: Source): SourceDto {
    return toSourceDto({
      source,
      authType: this.sources.settings(source).auth?.type ?? null,
      fetchBaseUrl: this.sources.fetchSettings(source)?.base_url ?? null,
      ...this.addresses(source),
    });
  }

  private addresses(source: Source): IngestUrlsDto {
    const url = this.sources.ingestUrl(source);
    const paths = this.dialects.get(source.dialect).inbound.ingestPaths;
    if (paths.length === 0) return { ingest_url: url, ingest_urls: null };
    const urls = paths.map(({ eventName, segment }) => [eventName, `${url}/${segment}`]);
    return { ingest_url: null, ingest_urls: Object.fromEntries(urls) as Record<string, string> };
  }
}
