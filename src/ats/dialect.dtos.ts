import { ApiProperty } from '@nestjs/swagger';
import type { DeliveryPolicy, Dialect, GivingUpRule, SubscriptionRules } from './dialect.js';
import type { Inbound, SourceAuth, SourceRules } from './inbound.js';
import type { ReceiverLanguage } from './receiver-code.js';

/** A dialect as `GET /v1/dialects` shows it: everything a receiver must know, as data. */

export class DialectEventDto {
  @ApiProperty({ type: 'string', example: 'job_application_created' })
  name: string;
  @ApiProperty({ type: 'string', example: 'Someone applied for a job.' })
  description: string;
  @ApiProperty({
    type: [String],
    example: ['application.submitted'],
    description: 'The canonical types that are delivered under this name.',
  })
  canonical_types: string[];
  @ApiProperty({ type: 'string', example: '/v1/dialects/standard/examples/application.submitted' })
  example_path: string;
}

export class SignatureDto {
  @ApiProperty({ type: 'string', nullable: true, description: '`null`: none beside the Standard Webhooks headers.' })
  header: string | null;
  @ApiProperty({ type: 'string' })
  description: string;
}

export class SubscriptionRulesDto {
  @ApiProperty({ type: 'boolean', description: 'Event names are canonical types, `custom.<name>` included.' })
  canonical_names: boolean;
  @ApiProperty({ type: 'boolean', description: '`entity.*` may be asked for.' })
  entity_wildcards: boolean;
  @ApiProperty({ type: 'boolean', description: '`Name=canonical.type` may be asked for.' })
  custom_events: boolean;
  @ApiProperty({ type: 'boolean', description: 'A subscription asks for exactly one event.' })
  single_event: boolean;
  @ApiProperty({ type: 'boolean', description: 'Targets are `https:` in production.' })
  https_only: boolean;
  @ApiProperty({ type: [String], description: 'Headers that the dialect sets itself.' })
  reserved_headers: string[];

  static of(rules: SubscriptionRules): SubscriptionRulesDto {
    return {
      canonical_names: rules.canonicalNames,
      entity_wildcards: rules.entityWildcards,
      custom_events: rules.customEvents,
      single_event: rules.singleEvent,
      https_only: rules.httpsOnly,
      reserved_headers: [...rules.reservedHeaders],
    };
  }
}

const SECRET_RULES = ['always', 'with_hmac', 'never'] as const satisfies readonly SourceRules['secret'][];
const AUTH_TYPES = [
  'basic',
  'bearer',
  'header',
  'hmac',
  'hook_secret',
] as const satisfies readonly SourceAuth['type'][];

export class SourceRulesDto {
  @ApiProperty({ type: 'string', description: "How a call proves that it is the vendor's." })
  authenticity: string;
  @ApiProperty({
    enum: SECRET_RULES,
    description:
      'Whether a source has a `secret` that the vendor signs with; `with_hmac`: beside `auth` of type `hmac`.',
  })
  secret: SourceRules['secret'];
  @ApiProperty({ enum: AUTH_TYPES, isArray: true, description: 'What `auth` may be; empty: it is not taken.' })
  auth_types: SourceAuth['type'][];
  @ApiProperty({ type: 'boolean' })
  auth_required: boolean;
  @ApiProperty({ type: 'boolean', description: 'Its events are thin: `fetch` says where they are completed.' })
  fetches: boolean;
  @ApiProperty({ type: 'boolean', description: '`events` may name more of them: `Name=canonical.type`.' })
  tied_events: boolean;
  @ApiProperty({
    type: [String],
    description: 'The events that have an address each; empty: a source has one for all.',
  })
  addressed_events: string[];

  static of({ authenticity, sourceRules, ingestPaths }: Inbound): SourceRulesDto {
    return {
      authenticity,
      secret: sourceRules.secret,
      auth_types: [...sourceRules.authTypes],
      auth_required: sourceRules.authRequired,
      fetches: sourceRules.fetches,
      tied_events: sourceRules.tiedEvents,
      addressed_events: ingestPaths.map(({ eventName }) => eventName),
    };
  }
}

export class GivingUpDto {
  @ApiProperty({ enum: ['failing_for', 'failed_deliveries', 'suspend'] })
  kind: GivingUpRule['kind'];
  @ApiProperty({ type: 'integer', required: false, description: '`failing_for`: days of nothing but failures.' })
  days?: number;
  @ApiProperty({ type: 'integer', required: false, description: '`failed_deliveries`: so many in a row.' })
  count?: number;
  @ApiProperty({ type: 'integer', required: false, description: '`suspend`: calls in a row answered 5xx.' })
  server_errors?: number;
  @ApiProperty({ type: 'integer', required: false, description: '`suspend`: the first pause; it doubles.' })
  first_minutes?: number;
  @ApiProperty({ type: 'integer', required: false, description: '`suspend`: the longest pause.' })
  max_minutes?: number;

  static of(rule: GivingUpRule): GivingUpDto {
    if (rule.kind !== 'suspend') return rule;
    const { kind, serverErrors, firstMinutes, maxMinutes } = rule;
    return { kind, server_errors: serverErrors, first_minutes: firstMinutes, max_minutes: maxMinutes };
  }
}

export class PolicyDto {
  @ApiProperty({ type: 'integer', example: 15000, description: 'For the whole exchange.' })
  timeout_ms: number;
  @ApiProperty({ type: [Number], example: [5, 300, 1800], description: 'Before the second, third, … attempt.' })
  retry_delays_seconds: number[];
  @ApiProperty({ type: 'number', example: 0.2, description: '0.2: each delay is moved by up to ±20 %.' })
  jitter_ratio: number;
  @ApiProperty({ type: 'boolean' })
  honours_retry_after: boolean;
  @ApiProperty({ type: [Number], example: [410], description: 'Answers that deactivate the subscription.' })
  gone_statuses: number[];
  @ApiProperty({ type: GivingUpDto })
  giving_up: GivingUpDto;

  static of(policy: DeliveryPolicy): PolicyDto {
    return {
      timeout_ms: policy.timeoutMs,
      retry_delays_seconds: [...policy.retryDelaysSeconds],
      jitter_ratio: policy.jitterRatio,
      honours_retry_after: policy.honoursRetryAfter,
      gone_statuses: [...policy.goneStatuses],
      giving_up: GivingUpDto.of(policy.givingUp),
    };
  }
}

export class DialectDto {
  @ApiProperty({ type: 'string', example: 'standard' })
  name: string;
  @ApiProperty({ type: 'string', example: 'Standard Webhooks' })
  title: string;
  @ApiProperty({ type: 'string' })
  summary: string;
  @ApiProperty({ type: [DialectEventDto] })
  events: DialectEventDto[];
  @ApiProperty({ type: SignatureDto })
  signature: SignatureDto;
  @ApiProperty({ type: SubscriptionRulesDto })
  subscription_rules: SubscriptionRulesDto;
  @ApiProperty({ type: SourceRulesDto, description: 'What `POST /v1/sources` takes.' })
  source_rules: SourceRulesDto;
  @ApiProperty({ type: PolicyDto })
  policy: PolicyDto;

  static of(dialect: Dialect): DialectDto {
    const { name, title, summary, signature } = dialect;
    return {
      name,
      title,
      summary,
      events: dialect.events.map((event) => ({
        name: event.name,
        description: event.description,
        canonical_types: canonicalTypesOf(dialect, event.name),
        example_path: `/v1/dialects/${name}/examples/${encodeURIComponent(event.name)}`,
      })),
      signature: { header: signature.header, description: signature.description },
      subscription_rules: SubscriptionRulesDto.of(dialect.subscriptionRules),
      source_rules: SourceRulesDto.of(dialect.inbound),
      policy: PolicyDto.of(dialect.policy),
    };
  }
}

export class ReceiverCodeDto {
  @ApiProperty({ enum: ['node', 'python'] })
  language: ReceiverLanguage;
  @ApiProperty({ type: 'string', example: 'receiver.mjs' })
  file_name: string;
  @ApiProperty({ type: 'string', description: 'A whole program that needs nothing but the language itself.' })
  code: string;
}

const FILE_NAMES: Readonly<Record<ReceiverLanguage, string>> = { node: 'receiver.mjs', python: 'receiver.py' };

export class ReceiverCodeListDto {
  @ApiProperty({ type: [ReceiverCodeDto] })
  data: ReceiverCodeDto[];
  @ApiProperty({ type: 'string', nullable: true, description: 'Always `null`: the list is never cut.' })
  next_cursor: string | null;

  static of({ receiver }: Dialect): ReceiverCodeListDto {
    const codeIn = (language: ReceiverLanguage) => ({
      language,
      file_name: FILE_NAMES[language],
      code: receiver[language],
    });
    return { data: [codeIn('node'), codeIn('python')], next_cursor: null };
  }
}

export class DialectListDto {
  @ApiProperty({ type: [DialectDto] })
  data: DialectDto[];
  @ApiProperty({ type: 'string', nullable: true, description: 'Always `null`: the list is never cut.' })
  next_cursor: string | null;
}

function canonicalTypesOf(dialect: Dialect, eventName: string): string[] {
  const outgoing = dialect.mappings.filter(({ name, direction }) => name === eventName && direction !== 'in');
  return outgoing.map(({ canonical }) => canonical);
}
