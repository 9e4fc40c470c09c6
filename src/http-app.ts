import helmet from '@fastify/helmet';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { AppModule, type ReplacedParts } from './app.module.js';
import { browserRules } from './browser-rules.js';
import { answerClientError } from './common/client-errors.js';
import { newRequestId } from './common/ids.js';
import { NestLogger } from './common/logger.js';
import { Problem } from './common/problem.js';
import { ProblemFilter } from './common/problem.filter.js';
import { BATCH_FACTOR, useJsonBodies } from './common/request-body.js';
import { traceRequests } from './common/request-tracing.js';
import { HubValidationPipe } from './common/validation.pipe.js';
import type { HubConfig } from './config/config.js';
import { serveConsole } from './console.js';
import { openApiDocument } from './openapi-document.js';

const REQUEST_TIMEOUT_MS = 30_000;
/** How much longer than that it may take: Node looks for such requests only every half a minute. */
const REQUEST_TIMEOUT_CHECK_MS = 1_000;
const OPEN_IN_WORKERS = /^\/(health\/|metrics(\?|$))/;
const MAX_HEADER_BYTES = 16_384;

export interface HttpAppOptions {
  /** `false` leaves out the pages at `/docs` and `/console`, whose static files jest's module loader cannot serve. */
  readonly pages?: boolean;
  /** Routes and their decorators alone: nothing is instantiated, nothing connects. For the OpenAPI document. */
  readonly preview?: boolean;
  readonly replaced?: ReplacedParts;
  /** In how much time a request must have arrived. */
  readonly requestTimeoutMs?: number;
}

/** The hub as an HTTP application, not listening yet: what `main.ts` starts and the tests drive. */
export async function createHttpApp(
  config: HubConfig,
  databaseUrl: string,
  logger: Logger,
  options: HttpAppOptions = {},
): Promise<NestFastifyApplication> {
  const problems = new ProblemFilter(logger);
  const { requestTimeoutMs = REQUEST_TIMEOUT_MS } = options;
  const adapter = new FastifyAdapter({
    bodyLimit: config.maxBodyBytes * BATCH_FACTOR,
    genReqId: newRequestId,
    requestTimeout: requestTimeoutMs,
    clientErrorHandler: answerClientError,
    forceCloseConnections: 'idle',
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      problems.answer(error, request, reply),
    routerOptions: { maxParamLength: 500 },
    http: {
      maxHeaderSize: MAX_HEADER_BYTES,
      // Where it is the longer of the two, as it is by default, Node takes it for the time of the whole request.
      headersTimeout: requestTimeoutMs,
      connectionsCheckingInterval: REQUEST_TIMEOUT_CHECK_MS,
    },
  });
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot(config, databaseUrl, logger, options.replaced),
    adapter,
    {
      logger: new NestLogger(logger),
      bodyParser: false,
      abortOnError: false,
      preview: options.preview ?? false,
    },
  );
  useJsonBodies(adapter.getInstance(), config);
  adapter.getInstance().addHook('onSend', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  if (config.traceExporter !== null) traceRequests(adapter.getInstance());
  await app.register(helmet, browserRules(config));
  if (config.role === 'worker') {
    adapter.getInstance().addHook('onRequest', async (request) => {
      if (!OPEN_IN_WORKERS.test(request.url)) throw Problem.notFound('A worker answers /health/* and /metrics only.');
    });
  }
  app.useGlobalPipes(new HubValidationPipe());
  app.useGlobalFilters(problems);
  const pages = options.pages ?? true;
  if (pages && config.role !== 'worker') await serveConsole(adapter.getInstance(), logger);
  SwaggerModule.setup('docs', app, () => openApiDocument(app), {
    jsonDocumentUrl: 'openapi.json',
    ui: pages,
    customSiteTitle: 'ATS Integration Hub API',
    swaggerOptions: { persistAuthorization: true, tagsSorter: 'alpha' },
  });
  return app;
}
