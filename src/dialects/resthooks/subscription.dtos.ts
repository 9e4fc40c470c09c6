import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { Allow, IsNotEmpty, IsString, MaxLength } from 'class-validator';
import { publicId } from '../../common/ids.js';
import type { SubscriptionStatus } from '../../event-bus/internal-events.js';
import type { SubscriptionInput } from '../../subscriptions/subscription-input.js';
import type { Subscription } from '../../subscriptions/subscription.entity.js';

/** The shapes of the subscription API that resthooks.org describes: one event, one target. */

const EXAMPLE_EVENT = 'Employee Created';
const EXAMPLE_TARGET = 'https://your-app.example.com/hooks/employee-created';

/** Bodies to try out. */
export const SUBSCRIBE_EXAMPLES = {
  hook: { summary: 'One event, one target', value: { event: EXAMPLE_EVENT, target_url: EXAMPLE_TARGET } },
};
export const CHANGE_EXAMPLES = {
  event: { summary: 'Another event', value: { event: 'Employee Updated' } },
};

export class ResthooksSubscribeDto {
  @ApiProperty({ type: 'string', maxLength: 200, example: EXAMPLE_EVENT })
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  event: string;

  @ApiProperty({ type: 'string', maxLength: 2048, example: EXAMPLE_TARGET })
  @IsString()
  @MaxLength(2048)
  target_url: string;
}

/** A client may send back the whole subscription that it read: what it cannot set is let pass and not looked at. */
export class ResthooksReplaceDto extends ResthooksSubscribeDto {
  @ApiPropertyOptional({ type: 'string', readOnly: true })
  @Allow()
  id?: unknown;

  @ApiPropertyOptional({ type: 'string', readOnly: true })
  @Allow()
  status?: unknown;

  @ApiPropertyOptional({ type: 'string', nullable: true, readOnly: true })
  @Allow()
  confirmed_at?: unknown;

  @ApiPropertyOptional({ type: 'string', readOnly: true })
  @Allow()
  created_at?: unknown;
}

export class ResthooksUpdateDto extends PartialType(ResthooksReplaceDto, { skipNullProperties: false }) {}

export class ResthooksSubscriptionDto {
  @ApiProperty({ type: 'string', example: 'wh_01m7xr63cee52b9skadqbv3y6n' })
  id: string;
  @ApiProperty({ type: 'string', example: EXAMPLE_EVENT })
  event: string;
  @ApiProperty({ type: 'string', example: EXAMPLE_TARGET })
  target_url: string;
  @ApiProperty({ enum: ['active', 'disabled', 'suspended', 'deactivated'], example: 'active' })
  status: SubscriptionStatus;
  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'When the target echoed `X-Hook-Secret`; it need not. A new target is asked anew.',
  })
  confirmed_at: string | null;
  @ApiProperty({ type: 'string', format: 'date-time', example: '2025-04-10T20:32:13.000Z' })
  created_at: string;
  @ApiPropertyOptional({
    type: 'string',
    example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    description: 'Verifies the `webhook-signature` of the calls. In the answer to subscribing only.',
  })
  secret?: string;

  static of(row: Subscription, secret?: string): ResthooksSubscriptionDto {
    return {
      id: publicId('subscription', row.id),
      event: row.events[0] ?? '',
      target_url: row.url,
      status: row.status,
      confirmed_at: row.confirmedAt?.toISOString() ?? null,
      created_at: row.createdAt.toISOString(),
      ...(secret !== undefined && { secret }),
    };
  }
}

export function toSubscriptionInput(body: ResthooksSubscribeDto): SubscriptionInput {
  return {
    url: body.target_url,
    events: [body.event],
    name: null,
    description: null,
    auth: null,
    headers: null,
    timeoutMs: null,
    includeFiles: false,
  };
}

/** Absent fields stay as they are. */
export function toSubscriptionChanges(body: ResthooksUpdateDto): Partial<SubscriptionInput> {
  return {
    ...(body.target_url !== undefined && { url: body.target_url }),
    ...(body.event !== undefined && { events: [body.event] }),
  };
}
