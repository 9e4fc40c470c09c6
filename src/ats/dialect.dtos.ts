import { ApiProperty } from '@nestjs/swagger';
import type { DeliveryPolicy, Dialect, GivingUpRule, SubscriptionRules } from './dialect.js';

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
      policy: PolicyDto.of(dialect.policy),
    };
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
