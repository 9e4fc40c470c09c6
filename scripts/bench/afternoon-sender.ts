import 'reflect-metadata';
import { createHmac } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { BullModule, InjectQueue, Process, Processor } from '@nestjs/bull';
import { Body, Controller, HttpCode, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { InjectRepository, TypeOrmModule } from '@nestjs/typeorm';
import type { Job, Queue } from 'bull';
import { Column, Entity, PrimaryGeneratedColumn, Repository } from 'typeorm';

/**
 * What the hub is compared with: the sender that a NestJS team writes in an afternoon. An event is one insert, a delivery one
 * Bull job, an attempt one insert. No signature schemes, no dialects, no retry tables, no limits, no history to speak of.
 */

const [databaseUrl = '', redisUrl = '', receiverUrl = ''] = process.argv.slice(2);
const QUEUE = 'afternoon-deliveries';
const CONCURRENCY = 64;
const SECRET = 'a secret of the afternoon';

@Entity()
class HiringEvent {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column('text')
  type!: string;

  @Column('jsonb')
  data!: object;
}

@Entity()
class WebhookAttempt {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column('uuid')
  eventId!: string;

  @Column('text')
  url!: string;

  @Column('int')
  status!: number;

  @Column('text')
  requestBody!: string;

  @Column('text')
  responseBody!: string;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;
}

interface DeliveryJob {
  readonly eventId: string;
  readonly url: string;
}

@Controller('v1/events')
class EventsController {
  constructor(
    @InjectRepository(HiringEvent) private readonly events: Repository<HiringEvent>,
    @InjectQueue(QUEUE) private readonly queue: Queue<DeliveryJob>,
  ) {}

  @Post('batch')
  @HttpCode(202)
  async accept(@Body() body: { readonly events: readonly Pick<HiringEvent, 'type' | 'data'>[] }) {
    const saved = await this.events.save(body.events.map(({ type, data }) => this.events.create({ type, data })));
    await this.queue.addBulk(
      saved.map(({ id }) => ({
        data: { eventId: id, url: receiverUrl },
        opts: { attempts: 5, backoff: { type: 'exponential', delay: 1_000 }, removeOnComplete: true },
      })),
    );
    return { data: saved.map(({ id }) => ({ id })) };
  }
}

@Processor(QUEUE)
class DeliveryProcessor {
  constructor(
    @InjectRepository(HiringEvent) private readonly events: Repository<HiringEvent>,
    @InjectRepository(WebhookAttempt) private readonly attempts: Repository<WebhookAttempt>,
  ) {}

  @Process({ concurrency: CONCURRENCY })
  async deliver({ data: { eventId, url } }: Job<DeliveryJob>): Promise<void> {
    const event = await this.events.findOneByOrFail({ id: eventId });
    const body = JSON.stringify({ type: event.type, data: event.data });
    const signature = createHmac('sha256', SECRET).update(body).digest('hex');
    const headers = { 'content-type': 'application/json', 'x-signature': signature };
    const answer = await fetch(url, { method: 'POST', headers, body });
    const responseBody = await answer.text();
    await this.attempts.insert({ eventId, url, status: answer.status, requestBody: body, responseBody });
    if (!answer.ok) throw new Error(`The receiver answered ${answer.status}.`);
  }
}

@Module({
  imports: [
    TypeOrmModule.forRoot({
      type: 'postgres',
      url: databaseUrl,
      entities: [HiringEvent, WebhookAttempt],
      synchronize: true,
      poolSize: 20,
    }),
    TypeOrmModule.forFeature([HiringEvent, WebhookAttempt]),
    BullModule.forRoot({ url: redisUrl }),
    BullModule.registerQueue({ name: QUEUE }),
  ],
  controllers: [EventsController],
  providers: [DeliveryProcessor],
})
class AfternoonModule {}

const app = await NestFactory.create<NestFastifyApplication>(AfternoonModule, new FastifyAdapter({ bodyLimit: 16e6 }), {
  logger: ['error'],
});
await app.listen(0, '127.0.0.1');
process.send?.({ port: (app.getHttpServer().address() as AddressInfo).port });
