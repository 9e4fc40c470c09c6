import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { Allow, ArrayMaxSize, ArrayMinSize, IsArray, IsOptional, IsString, MaxLength } from 'class-validator';
import { toWholeSeconds } from '../../ats/times.js';
import { publicId } from '../../common/ids.js';
import type { SubscriptionStatus } from '../../event-bus/internal-events.js';
import type { SubscriptionInput } from '../../subscriptions/subscription-input.js';
import type { Subscription } from '../../subscriptions/subscription.entity.js';

/** The shapes of AutoTechJobs' webhook API: exactly the fields that its clients know. */

const EXAMPLE_URL = 'https://your-app.example.com/webhooks/autotechjobs';
const EXAMPLE_EVENTS = ['job.created', 'application.submitted', 'application.status_updated'];
const EXAMPLE_DESCRIPTION = 'Webhook for job and application events';

/** Bodies to try out. */
export const WEBHOOK_EXAMPLES = {
  webhook: {
    summary: 'A webhook',
    value: { url: EXAMPLE_URL, events: EXAMPLE_EVENTS, description: EXAMPLE_DESCRIPTION },
  },
};
export const WEBHOOK_CHANGE_EXAMPLES = {
  disable: { summary: 'Switch it off', value: { status: 'disabled' } },
};

export class AutotechjobsCreateWebhookDto {
  @ApiProperty({ type: 'string', maxLength: 2048, example: EXAMPLE_URL, description: 'Where the events go; HTTPS.' })
  @IsString()
  @MaxLength(2048)
  url: string;

  @ApiProperty({ type: [String], example: EXAMPLE_EVENTS, description: 'Names of events, or `*` for all of them.' })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(200)
  @IsString({ each: true })
  @MaxLength(200, { each: true })
  events: string[];

  @ApiPropertyOptional({ type: 'string', maxLength: 2000, nullable: true, example: EXAMPLE_DESCRIPTION })
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  description?: string | null;

  @ApiPropertyOptional({
    type: 'string',
    nullable: true,
    description: 'Signs the calls: 16 to 256 printable ASCII characters. Absent: generated, or left as it is.',
  })
  @IsOptional()
  @IsString()
  secret?: string | null;
}

/** A client may send back the whole webhook that it read: what it cannot set is let pass and not looked at. */
export class AutotechjobsReplaceWebhookDto extends AutotechjobsCreateWebhookDto {
  @ApiPropertyOptional({
    type: 'string',
    example: 'active',
    description: '`active` and `disabled` switch the webhook on and off; any other one may only be what it already is.',
  })
  @IsOptional()
  @IsString()
  status?: string | null;

  @ApiPropertyOptional({ type: 'string', readOnly: true })
  @Allow()
  id?: unknown;

  @ApiPropertyOptional({ type: 'string', readOnly: true })
  @Allow()
  created_at?: unknown;
}

export class AutotechjobsUpdateWebhookDto extends PartialType(AutotechjobsReplaceWebhookDto, {
  skipNullProperties: false,
}) {}

export class AutotechjobsWebhookDto {
  @ApiProperty({ type: 'string', example: 'wh_01m7xr63cee52b9skadqbv3y6n' })
  id: string;
  @ApiProperty({ type: 'string', example: EXAMPLE_URL })
  url: string;
  @ApiProperty({ type: [String], example: EXAMPLE_EVENTS })
  events: string[];
  @ApiProperty({ type: 'string', nullable: true, example: EXAMPLE_DESCRIPTION })
  description: string | null;
  @ApiPropertyOptional({
    type: 'string',
    example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    description: 'In the answer to its creation only.',
  })
  secret?: string;
  @ApiProperty({ enum: ['active', 'disabled', 'suspended', 'deactivated'], example: 'active' })
  status: SubscriptionStatus;
  @ApiProperty({ type: 'string', example: '2025-04-10T20:32:13Z', description: 'In whole seconds.' })
  created_at: string;

  static of(row: Subscription, secret?: string): AutotechjobsWebhookDto {
    const createdAt = row.createdAt.toISOString();
    return {
      id: publicId('subscription', row.id),
      url: row.url,
      events: row.events,
      description: row.description,
      ...(secret !== undefined && { secret }),
      status: row.status,
      created_at: toWholeSeconds(createdAt) ?? createdAt,
    };
  }
}

export class AutotechjobsWebhookAnswerDto {
  @ApiProperty({ type: AutotechjobsWebhookDto })
  data: AutotechjobsWebhookDto;
}

export class AutotechjobsWebhookListDto {
  @ApiProperty({ type: [AutotechjobsWebhookDto] })
  data: AutotechjobsWebhookDto[];
}

export function toWebhookInput(body: AutotechjobsCreateWebhookDto): SubscriptionInput {
  const unsaid = { name: null, auth: null, headers: null, timeoutMs: null, includeFiles: false };
  return { ...unsaid, ...toWebhookReplacement(body) };
}

/** What may be left out is cleared, but for the secret: a webhook always has one. */
export function toWebhookReplacement(body: AutotechjobsCreateWebhookDto) {
  const { url, events, description, secret } = body;
  return { url, events, description: description ?? null, ...(secret != null && { secret }) };
}

/** Absent fields stay as they are. */
export function toWebhookChanges(body: AutotechjobsUpdateWebhookDto): Partial<SubscriptionInput> {
  const { url, events, description, secret } = body;
  return {
    ...(url !== undefined && { url }),
    ...(events !== undefined && { events }),
    ...(description !== undefined && { description }),
    ...(secret != null && { secret }),
  };
}
