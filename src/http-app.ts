import { randomUUID } from 'node:crypto';
import helmet, { type FastifyHelmetOptions } from '@fastify/helmet';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { AppModule } from './app.module.js';
import type { Dialect } from './ats/dialect.js';
import { ProblemDto } from './common/api-problems.js';
import { NestLogger } from './common/logger.js';
import { Problem } from './common/problem.js';
import { ProblemFilter } from './common/problem.filter.js';
import { BATCH_FACTOR, useJsonBodies } from './common/request-body.js';
import { HubValidationPipe } from './common/validation.pipe.js';
import type { HubConfig } from './config/config.js';

const REQUEST_TIMEOUT_MS = 30_000;
const OPEN_IN_WORKERS = /^\/(health\/|metrics(\?|$))/;
const MAX_HEADER_BYTES = 16_384;

export interface HttpAppOptions {
  /** `false` leaves out the page at `/docs`, whose static files jest's module loader cannot serve. */
  readonly swaggerUi?: boolean;
  /** Routes and their decorators alone: nothing is instantiated, nothing connects. For the OpenAPI document. */
  readonly preview?: boolean;
  /** What its list of dialects is instead: for tests that cannot wait as long as a vendor does. */
  readonly dialects?: readonly Dialect[];
}

/** The hub as an HTTP application, not listening yet: what `main.ts` starts and the tests drive. */
export async function createHttpApp(
  config: HubConfig,
  databaseUrl: string,
  logger: Logger,
  options: HttpAppOptions = {},
): Promise<NestFastifyApplication> {
  const problems = new ProblemFilter(logger);
  const adapter = new FastifyAdapter({
    bodyLimit: config.maxBodyBytes * BATCH_FACTOR,
    genReqId: () => `req_${randomUUID()}`,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      problems.answer(error, request, reply),
    routerOptions: { maxParamLength: 500 },
    http: { maxHeaderSize: MAX_HEADER_BYTES },
  });
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot(config, databaseUrl, logger, options.dialects),
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
  await app.register(helmet, browserRules(config));
  if (config.role === 'worker') {
    adapter.getInstance().addHook('onRequest', async (request) => {
      if (!OPEN_IN_WORKERS.test(request.url)) throw Problem.notFound('A worker answers /health/* and /metrics only.');
    });
  }
  app.useGlobalPipes(new HubValidationPipe());
  app.useGlobalFilters(problems);
  SwaggerModule.setup('docs', app, () => openApiDocument(app), {
    jsonDocumentUrl: 'openapi.json',
    ui: options.swaggerUi ?? true,
    customSiteTitle: 'ATS Integration Hub API',
    swaggerOptions: { persistAuthorization: true, tagsSorter: 'alpha' },
  });
  return app;
}

/** What a browser may do with the hub's pages: nothing from elsewhere, no frames. The Swagger UI brings its styles inline. */
function browserRules({ production }: HubConfig): FastifyHelmetOptions {
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    // A browser that was once told so would refuse plain HTTP on this host for a year, on a laptop too.
    strictTransportSecurity: production,
    // Pages elsewhere may read what the API answers to them.
    crossOriginResourcePolicy: false,
    xFrameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
  };
}

/** The OpenAPI document, made from the decorators alone. */
export function openApiDocument(app: NestFastifyApplication): OpenAPIObject {
  const info = new DocumentBuilder()
    .setTitle('ATS Integration Hub')
    .setDescription(
      'Takes events in from any applicant-tracking system and delivers them to every partner in the dialect its receiver already understands. Start with **Authorize** and the admin key that the first start printed. Every answer carries an `X-Request-Id`, which the logs and the audit log name, too.',
    )
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'hub_…', description: 'An API key' })
    .addBasicAuth({
      type: 'http',
      scheme: 'basic',
      description: "Any login, the API key as the password; only where a vendor's clients send it so.",
    })
    .build();
  return SwaggerModule.createDocument(app, info, { extraModels: [ProblemDto] });
}
