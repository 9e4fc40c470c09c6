import { Module } from '@nestjs/common';
import { StatsController } from './stats.controller.js';
import { StatsRecorder } from './stats-recorder.service.js';
import { StatsRollup } from './stats-rollup.service.js';
import { StatsService } from './stats.service.js';

@Module({ controllers: [StatsController], providers: [StatsRecorder, StatsRollup, StatsService] })
export class StatsModule {}
