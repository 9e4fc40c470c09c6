import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller } from '../accounts/caller.js';
import { ApiProblems } from '../common/api-problems.js';
import { ErasureService } from './erasure.service.js';
import { ERASE_EXAMPLES, EraseSubjectDto, ErasureDto } from './subject.dtos.js';

/** What the people whom events are about can ask for. */
@ApiTags('Privacy')
@ApiBearerAuth()
@ApiProblems('unauthorized', 'forbidden')
@Controller('v1/subjects')
export class SubjectsController {
  constructor(private readonly erasures: ErasureService) {}

  @Post('erase')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Forget somebody',
    description:
      'Blanks what is kept about them, for good: events, bodies sent and answered, inbound requests, audit entries. Cancels what is pending, and blanks what still arrives. For a candidate, `candidate.anonymized` goes to every subscription that was told something, whatever it asks for, if its dialect has a name for it. Safe to repeat.',
    operationId: 'eraseSubject',
  })
  @ApiBody({ type: EraseSubjectDto, examples: ERASE_EXAMPLES })
  @ApiOkResponse({ type: ErasureDto })
  @ApiProblems('invalid_json', 'validation_failed')
  async erase(@CurrentCaller() caller: Caller, @Body() body: EraseSubjectDto): Promise<ErasureDto> {
    const { entity, id } = body;
    return ErasureDto.of(await this.erasures.erase(caller, { entity, id }));
  }
}
