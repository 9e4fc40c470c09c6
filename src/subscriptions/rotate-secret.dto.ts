import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsString, Max, Min } from 'class-validator';
import { CanBeAbsent } from '../common/dto-fields.js';

export class RotateSecretDto {
  @ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: 168, default: 24 })
  @CanBeAbsent()
  @IsInt()
  @Min(0)
  @Max(168)
  overlap_hours?: number;

  @ApiPropertyOptional({ type: 'string', description: 'Absent: generated.' })
  @CanBeAbsent()
  @IsString()
  secret?: string;
}
