import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { consoleContentSecurityPolicy } from './browser-rules.js';

/** Serves the web console, which `npm run build` makes of `console/`, below `/console`. */

/** Beside `dist/src`, where the program itself is. */
const BUILT_CONSOLE = fileURLToPath(new URL('../console', import.meta.url));
/** What the build writes where the nonce of each answer goes: see console/vite.config.ts. */
const NONCE_PLACEHOLDER = '__CSP_NONCE__';
const NOT_BUILT = 'The console has not been built: run "npm run build" in the checkout, then start the hub again.\n';

export async function serveConsole(fastify: FastifyInstance, logger: Logger, built = BUILT_CONSOLE): Promise<void> {
  fastify.get('/', (_request, reply) => reply.redirect('/console'));
  const page = await readFile(`${built}/index.html`, 'utf8').catch(() => null);
  if (page === null) {
    logger.warn({ event: 'console.not_built' }, NOT_BUILT.trim());
    const refuse = (_request: unknown, reply: FastifyReply) =>
      reply.code(503).type('text/plain; charset=utf-8').send(NOT_BUILT);
    fastify.get('/console', refuse);
    fastify.get('/console/*', refuse);
    return;
  }
  // Imported here, since jest's module loader cannot.
  const { default: fastifyStatic } = await import('@fastify/static');
  await fastify.register(fastifyStatic, {
    root: `${built}/assets`,
    prefix: '/console/assets/',
    preCompressed: true,
    decorateReply: false,
    // Their names are hashes of what is in them.
    immutable: true,
    maxAge: '365d',
  });
  const send = (_request: unknown, reply: FastifyReply) => sendPage(reply, page);
  fastify.get('/console', send);
  // Which pages there are is for the console to say.
  fastify.get('/console/*', send);
}

function sendPage(reply: FastifyReply, page: string): FastifyReply {
  const nonce = randomBytes(16).toString('base64');
  return reply
    .header('content-security-policy', consoleContentSecurityPolicy(nonce))
    .header('cache-control', 'no-cache')
    .type('text/html; charset=utf-8')
    .send(page.replaceAll(NONCE_PLACEHOLDER, nonce));
}
