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
import { ApiProblems } from '../common/api-problems.js';
import { parseFilter } from '../common/filter.js';
import { parsePublicId, publicId, uuidFromPath } from '../common/ids.js';
import { checkedInstant } from '../common/instant.js';
import { PageQuery, toPage } from '../common/paging.js';
import type { JsonObject } from '../common/json.js';
import { Problem } from '../common/problem.js';
import { EVENT_FIELDS } from '../event-bus/event-fields.js';
import {
  AccountDto,
  AccountPageDto,
  ApiKeyDto,
  ApiKeyPageDto,
  CreateAccountDto,
  CreateApiKeyDto,
  CreatedAccountDto,
  CreatedApiKeyDto,
  CreatePartnerDto,
  MeDto,
  PartnerDto,
  PartnerPageDto,
  UpdatePartnerDto,
} from './account.dtos.js';
import type { ApiKey } from './account.entities.js';
import { ACCOUNT_EXAMPLES, API_KEY_EXAMPLES, PARTNER_CHANGE_EXAMPLES, PARTNER_EXAMPLES } from './account.examples.js';
import { AccountsService } from './accounts.service.js';
import { ApiKeysQuery } from './api-keys-query.js';
import { ApiKeysService } from './api-keys.service.js';
import { type Caller, CurrentCaller, OperatorOnly, Roles } from './caller.js';
import { PartnersService } from './partners.service.js';

@ApiTags('Accounts')
@ApiBearerAuth()
@ApiProblems('unauthorized', 'forbidden')
@Controller('v1/me')
export class MeController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly partners: PartnersService,
  ) {}

  @Get()
  @Roles('admin', 'producer', 'viewer', 'partner')
  @ApiOperation({ summary: 'Whose key this is', operationId: 'getMe' })
  @ApiOkResponse({ type: MeDto })
  async me(@CurrentCaller() caller: Caller): Promise<MeDto> {
    const partner = caller.partnerId ? await this.partners.get(caller, caller.partnerId) : null;
    return {
      account: AccountDto.of(await this.accounts.get(caller.accountId)),
      role: caller.role,
      partner: partner && PartnerDto.of(partner),
      api_key: { id: publicId('apiKey', caller.keyId), name: caller.keyName },
    };
  }
}

@ApiTags('Accounts')
@ApiBearerAuth()
@ApiProblems('unauthorized', 'forbidden')
@OperatorOnly()
@Controller('v1/accounts')
export class AccountsController {
  constructor(private readonly accounts: AccountsService) {}

  @Post()
  @ApiOperation({
    summary: 'Open an account',
    description: 'Only with the bootstrap key.',
    operationId: 'createAccount',
  })
  @ApiBody({ type: CreateAccountDto, examples: ACCOUNT_EXAMPLES })
  @ApiCreatedResponse({ type: CreatedAccountDto })
  @ApiProblems('invalid_json', 'validation_failed')
  async create(@CurrentCaller() caller: Caller, @Body() body: CreateAccountDto): Promise<CreatedAccountDto> {
    const { account, key } = await this.accounts.create(caller, body.name);
    return {
      ...AccountDto.of(account),
      api_key: { id: publicId('apiKey', key.row.id), key: key.key, role: key.row.role },
    };
  }

  @Get()
  @ApiOperation({ summary: 'List accounts', description: 'Only with the bootstrap key.', operationId: 'listAccounts' })
  @ApiOkResponse({ type: AccountPageDto })
  @ApiProblems('invalid_query')
  async list(@Query() query: PageQuery): Promise<AccountPageDto> {
    return toPage(await this.accounts.list(query), query, 'account', (account) => AccountDto.of(account));
  }
}

@ApiTags('API keys')
@ApiBearerAuth()
@ApiProblems('unauthorized', 'forbidden')
@Controller('v1/api-keys')
export class ApiKeysController {
  constructor(private readonly apiKeys: ApiKeysService) {}

  @Post()
  @ApiOperation({ summary: 'Make an API key', description: 'The key is shown this once.', operationId: 'createApiKey' })
  @ApiBody({ type: CreateApiKeyDto, examples: API_KEY_EXAMPLES })
  @ApiCreatedResponse({ type: CreatedApiKeyDto })
  @ApiProblems('invalid_json', 'validation_failed')
  async create(@CurrentCaller() caller: Caller, @Body() body: CreateApiKeyDto): Promise<CreatedApiKeyDto> {
    const { row, key } = await this.apiKeys.create(caller, {
      name: body.name,
      role: body.role,
      partnerId: partnerIdOf(body),
      expiresAt: body.expires_at == null ? null : checkedInstant(body.expires_at),
    });
    return { ...(await this.show(caller, row)), key };
  }

  @Get()
  @ApiOperation({ summary: 'List API keys', operationId: 'listApiKeys' })
  @ApiOkResponse({ type: ApiKeyPageDto })
  @ApiProblems('invalid_query')
  async list(@CurrentCaller() caller: Caller, @Query() query: ApiKeysQuery): Promise<ApiKeyPageDto> {
    const rows = await this.apiKeys.list(caller, query);
    const kept = await this.apiKeys.whyKept(caller, rows);
    return toPage(rows, query, 'apiKey', (row) => ApiKeyDto.of(row, kept.get(row.id) ?? null));
  }

  @Get(':id')
  @ApiOperation({ summary: 'One API key', operationId: 'getApiKey' })
  @ApiOkResponse({ type: ApiKeyDto })
  @ApiProblems('not_found')
  async get(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<ApiKeyDto> {
    return this.show(caller, await this.apiKeys.get(caller, uuidFromPath('apiKey', id)));
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Delete an API key',
    description:
      'It is refused at once by this process, by others within two seconds. An account keeps its last admin key that does not expire, and the hub the key that it was first started with.',
    operationId: 'deleteApiKey',
  })
  @ApiNoContentResponse()
  @ApiProblems('not_found', 'conflict')
  async delete(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<void> {
    await this.apiKeys.delete(caller, uuidFromPath('apiKey', id));
  }

  private async show(caller: Caller, row: ApiKey): Promise<ApiKeyDto> {
    const kept = await this.apiKeys.whyKept(caller, [row]);
    return ApiKeyDto.of(row, kept.get(row.id) ?? null);
  }
}

function partnerIdOf(body: CreateApiKeyDto): string | null {
  if (body.role !== 'partner') {
    if (body.partner_id !== undefined) throw Problem.invalidField('partner_id', 'only goes with role "partner"');
    return null;
  }
  const id = body.partner_id === undefined ? null : parsePublicId('partner', body.partner_id);
  if (!id)
    throw Problem.invalidField('partner_id', 'must be the id of one of your partners (ptn_…) for role "partner"');
  return id;
}

@ApiTags('Partners')
@ApiBearerAuth()
@ApiProblems('unauthorized', 'forbidden')
@Controller('v1/partners')
export class PartnersController {
  constructor(private readonly partners: PartnersService) {}

  @Post()
  @ApiOperation({ summary: 'Add a partner', operationId: 'createPartner' })
  @ApiBody({ type: CreatePartnerDto, examples: PARTNER_EXAMPLES })
  @ApiCreatedResponse({ type: PartnerDto })
  @ApiProblems('invalid_json', 'validation_failed')
  async create(@CurrentCaller() caller: Caller, @Body() body: CreatePartnerDto): Promise<PartnerDto> {
    const partner = await this.partners.create(caller, {
      name: body.name,
      eventTypes: body.event_types ?? null,
      filter: checkedFilter(body.filter),
      sourceIds: sourceIdsOf(body),
      status: body.status ?? 'active',
    });
    return PartnerDto.of(partner);
  }

  @Get()
  @Roles('admin', 'viewer')
  @ApiOperation({ summary: 'List partners', operationId: 'listPartners' })
  @ApiOkResponse({ type: PartnerPageDto })
  @ApiProblems('invalid_query')
  async list(@CurrentCaller() caller: Caller, @Query() query: PageQuery): Promise<PartnerPageDto> {
    return toPage(await this.partners.list(caller, query), query, 'partner', (partner) => PartnerDto.of(partner));
  }

  @Get(':id')
  @Roles('admin', 'viewer')
  @ApiOperation({ summary: 'One partner', operationId: 'getPartner' })
  @ApiOkResponse({ type: PartnerDto })
  @ApiProblems('not_found')
  async get(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<PartnerDto> {
    return PartnerDto.of(await this.partners.get(caller, uuidFromPath('partner', id)));
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Change a partner', operationId: 'updatePartner' })
  @ApiBody({ type: UpdatePartnerDto, examples: PARTNER_CHANGE_EXAMPLES })
  @ApiOkResponse({ type: PartnerDto })
  @ApiProblems('invalid_json', 'validation_failed', 'not_found')
  async update(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Body() body: UpdatePartnerDto,
  ): Promise<PartnerDto> {
    const partner = await this.partners.update(caller, uuidFromPath('partner', id), {
      ...(body.name !== undefined && { name: body.name }),
      ...(body.event_types !== undefined && { eventTypes: body.event_types }),
      ...(body.filter !== undefined && { filter: checkedFilter(body.filter) }),
      ...(body.source_ids !== undefined && { sourceIds: sourceIdsOf(body) }),
      ...(body.status !== undefined && { status: body.status }),
    });
    return PartnerDto.of(partner);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Delete a partner',
    description: 'Deletes its keys and its subscriptions too; the history of its deliveries stays.',
    operationId: 'deletePartner',
  })
  @ApiNoContentResponse()
  @ApiProblems('not_found')
  async delete(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<void> {
    await this.partners.delete(caller, uuidFromPath('partner', id));
  }
}

function checkedFilter(filter: JsonObject | null | undefined): JsonObject | null {
  if (filter == null) return null;
  const parsed = parseFilter(filter, 'filter', EVENT_FIELDS);
  if (Array.isArray(parsed)) throw Problem.invalid(parsed);
  return parsed.source;
}

function sourceIdsOf(body: UpdatePartnerDto): string[] | null {
  if (body.source_ids == null) return null;
  return body.source_ids.map((text, index) => {
    const id = parsePublicId('source', text);
    if (!id) throw Problem.invalidField(`source_ids[${index}]`, 'must be the id of a source (src_…)');
    return id;
  });
}
