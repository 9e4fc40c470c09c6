import type { FastifyInstance, FastifyRequest } from 'fastify';
import { hasRoundedNumber, isDeeperThan } from './json-depth.js';
import { Problem } from './problem.js';
import { isRaw, useRawBodies } from './raw-body.js';

/** Route configuration that tells the body parser how much a route takes; anything else takes `MAX_BODY_BYTES`. */
export const BATCH_ROUTE = { bodySize: 'batch' } as const;
export const BATCH_FACTOR = 16;

const JSON_TYPES = /^application\/(?:[\w.!#$&^-]+\+)?json(?:\s*;.*)?$/i;
/** What a number needs that JavaScript may round: many digits, or an exponent. In JSON one of these comes before any number. */
const MAY_BE_ROUNDED = /(?:^|[\s:,[])-?(?:\d[\d.]{15}|\d[\d.]*[eE][+-]?\d)/;

/** What the JSON parser notes on a request beside the parsed body. */
export interface RequestWithText {
  hasRoundedNumber?: boolean;
}

export interface BodyLimits {
  readonly maxBodyBytes: number;
  readonly maxJsonDepth: number;
}

/**
 * Takes JSON and nothing else, with size and depth checked on the raw bytes before anything is parsed; raw routes get
 * whatever came, of any content type.
 */
export function useJsonBodies(fastify: FastifyInstance, limits: BodyLimits): void {
  useRawBodies(fastify, limits.maxBodyBytes);
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => {
    try {
      done(null, parseBody(request, body as Buffer, limits));
    } catch (error) {
      done(error as Error);
    }
  });
}

function parseBody(request: FastifyRequest & RequestWithText, body: Buffer, limits: BodyLimits): unknown {
  if (isRaw(request.routeOptions.config)) return body;
  const contentType = request.headers['content-type'] ?? '';
  if (JSON_TYPES.test(contentType)) return parseJson(request, body, limits);
  if (body.length === 0) return undefined;
  throw new Problem('unsupported_media_type', `Send application/json, not "${contentType.slice(0, 100)}".`);
}

function parseJson(request: FastifyRequest & RequestWithText, body: Buffer, limits: BodyLimits): unknown {
  const isBatch = (request.routeOptions.config as { bodySize?: string }).bodySize === BATCH_ROUTE.bodySize;
  const maxBytes = limits.maxBodyBytes * (isBatch ? BATCH_FACTOR : 1);
  if (body.length > maxBytes) throw new Problem('body_too_large', `The body may be ${maxBytes} bytes at most.`);
  if (body.length === 0) return undefined;
  if (isDeeperThan(body, limits.maxJsonDepth)) {
    throw new Problem('json_too_deep', `The JSON may be nested ${limits.maxJsonDepth} levels deep at most.`);
  }
  const text = decodeUtf8(body);
  if (MAY_BE_ROUNDED.test(text) && hasRoundedNumber(text)) request.hasRoundedNumber = true;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new Problem('invalid_json', `The body is not valid JSON: ${error instanceof Error ? error.message : ''}`);
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decodeUtf8(body: Buffer): string {
  try {
    return utf8.decode(body);
  } catch {
    throw new Problem('invalid_json', 'The body is not valid UTF-8.');
  }
}
