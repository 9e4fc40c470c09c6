import { Module } from '@nestjs/common';
import { OpenStreams } from './open-streams.service.js';
import { StreamController } from './stream.controller.js';
import { StreamService } from './stream.service.js';

@Module({ controllers: [StreamController], providers: [StreamService, OpenStreams] })
export class StreamModule {}
