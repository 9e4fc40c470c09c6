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
import type { Role } from '../accounts/account.entities.js';
import { type Caller, CurrentCaller, Roles } from '../accounts/caller.js';
import { DialectCatalog } from '../ats/dialect-catalog.service.js';
import { ApiProblems } from '../common/api-problems.js';
import { uuidFromPath } from '../common/ids.js';
import { PageQuery, showPage, toPage } from '../common/paging.js';
import { InboundRequestDto, InboundRequestPageDto, InboundRequestsQuery } from './inbound-request.dtos.js';
import { InboundRequests } from './inbound-requests.service.js';
import {
  CreatedSourceDto,
  CreateSourceDto,
  type IngestUrlsDto,
  type LastRequest,
  RotateSourceSecretDto,
  SourceDto,
  SourcePageDto,
  toSourceDto,
  UpdateSourceDto,
} from './source.dtos.js';
import type { Source } from './source.entities.js';
import { SOURCE_CHANGE_EXAMPLES, SOURCE_EXAMPLES, SOURCE_ROTATION_EXAMPLES } from './source.examples.js';
import { SourcesService } from './sources.service.js';

/** Whoever knows an address can send events to it, where the vendor signs nothing. */
const MAY_SEND_EVENTS: readonly Role[] = ['admin', 'producer'];

@ApiTags('Sources')
@ApiBearerAuth()
@ApiProblems('unauthorized', 'forbidden')
@Controller('v1/sources')
export class SourcesController {
  constructor(
    private readonly sources: SourcesService,
    private readonly dialects: DialectCatalog,
    private readonly requests: InboundRequests,
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
    return { ...this.show(caller, source, null), secret };
  }

  @Get()
  @Roles('admin', 'producer', 'viewer')
  @ApiOperation({ summary: 'List sources', operationId: 'listSources' })
  @ApiOkResponse({ type: SourcePageDto })
  @ApiProblems('invalid_query')
  async list(@CurrentCaller() caller: Caller, @Query() query: PageQuery): Promise<SourcePageDto> {
    const sources = await this.sources.list(caller, query);
    const last = await this.requests.lastOf(sources);
    return toPage(sources, query, 'source', (source) => this.show(caller, source, last.get(source.id) ?? null));
  }

  @Get(':id')
  @Roles('admin', 'producer', 'viewer')
  @ApiOperation({ summary: 'One source', operationId: 'getSource' })
  @ApiOkResponse({ type: SourceDto })
  @ApiProblems('not_found')
  async get(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<SourceDto> {
    return this.showOne(caller, await this.sources.get(caller, uuidFromPath('source', id)));
  }

  @Patch(':id')
  @ApiOperation({
    summary: 'Change a source',
    description:
      'Absent fields stay as they are. The dialect cannot be changed; a secret that is set is changed by rotating it.',
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
    return this.showOne(caller, await this.sources.update(caller, uuidFromPath('source', id), body));
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
    return { ...(await this.showOne(caller, rotated.source)), secret: rotated.secret };
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
    @Query() query: InboundRequestsQuery,
  ): Promise<InboundRequestPageDto> {
    const source = await this.sources.get(caller, uuidFromPath('source', id));
    return showPage(await this.requests.list(source, query), 'inboundRequest', (row) => InboundRequestDto.of(row));
  }

  private async showOne(caller: Caller, source: Source): Promise<SourceDto> {
    const last = await this.requests.lastOf([source]);
    return this.show(caller, source, last.get(source.id) ?? null);
  }

  private show(caller: Caller, source: Source, last: LastRequest | null): SourceDto {
    return toSourceDto({
      source,
      last,
      authType: this.sources.settings(source).auth?.type ?? null,
      fetchBaseUrl: this.sources.fetchSettings(source)?.base_url ?? null,
      ...this.addresses(caller, source),
    });
  }

  private addresses(caller: Caller, source: Source): IngestUrlsDto {
    const url = MAY_SEND_EVENTS.includes(caller.role) ? this.sources.ingestUrl(source) : this.sources.maskedIngestUrl();
    const paths = this.dialects.get(source.dialect).inbound.ingestPaths;
    if (paths.length === 0) return { ingest_url: url, ingest_urls: null };
    const urls = paths.map(({ eventName, segment }) => [eventName, `${url}/${segment}`]);
    return { ingest_url: null, ingest_urls: Object.fromEntries(urls) as Record<string, string> };
  }
}

@ApiTags('Sources')
@ApiBearerAuth()
@ApiProblems('unauthorized', 'forbidden')
@Controller('v1/inbound-requests')
export class InboundRequestsController {
  constructor(private readonly requests: InboundRequests) {}

  @Get(':id')
  @Roles('admin', 'producer', 'viewer')
  @ApiOperation({ summary: 'One call that a source got', operationId: 'getInboundRequest' })
  @ApiOkResponse({ type: InboundRequestDto })
  @ApiProblems('not_found')
  async get(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<InboundRequestDto> {
    return InboundRequestDto.of(await this.requests.get(caller, uuidFromPath('inboundRequest', id)));
  }
}
