import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Public } from '../accounts/caller.js';
import { ApiProblems } from '../common/api-problems.js';
import { Problem } from '../common/problem.js';
import { Transactions } from '../database/transactions.service.js';

export class HealthDto {
  @ApiProperty({ enum: ['ok'] })
  status: 'ok';
}

/** For load balancers and orchestrators; needs no key. */
@ApiTags('Health')
@Public()
@Controller('health')
export class HealthController {
  constructor(private readonly transactions: Transactions) {}

  @Get('live')
  @ApiOperation({ summary: 'The process runs', operationId: 'getLiveness' })
  @ApiOkResponse({ type: HealthDto })
  live(): HealthDto {
    return { status: 'ok' };
  }

  /** Redis is not asked for: without it events are still accepted, and deliveries catch up later. */
  @Get('ready')
  @ApiOperation({
    summary: 'Requests can be served',
    description: 'The database answers.',
    operationId: 'getReadiness',
  })
  @ApiOkResponse({ type: HealthDto })
  @ApiProblems('unavailable')
  async ready(): Promise<HealthDto> {
    try {
      await this.transactions.query('SELECT 1');
    } catch {
      throw new Problem('unavailable', 'The database does not answer.', undefined, 5);
    }
    return { status: 'ok' };
  }
}
