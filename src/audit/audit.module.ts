import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AttemptRecorder } from './attempt-recorder.service.js';
import { AttemptsService } from './attempts.service.js';
import { AttemptsController, AuditLogController } from './audit.controllers.js';
import { Attempt, AuditEntry } from './audit.entities.js';
import { AuditRecorder } from './audit-recorder.service.js';
import { ErasureRecorder } from './erasure-recorder.service.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Attempt, AuditEntry])],
  controllers: [AttemptsController, AuditLogController],
  providers: [AttemptRecorder, AuditRecorder, ErasureRecorder, AttemptsService],
  exports: [AttemptsService],
})
export class AuditModule {}
