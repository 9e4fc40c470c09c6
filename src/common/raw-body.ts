import { Transform, type TransformCallback } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Route configuration of a route that takes anything, as the bytes that came. */
export const RAW_ROUTE = { rawBody: true } as const;

/** What came to a raw route. */
export interface RawBody {
  /** All of it, or as much as is looked into. */
  readonly bytes: Buffer;
  /** How much came. */
  readonly size: number;
}

interface CountedRequest {
  rawBody?: CountedBody;
}

/**
 * Raw routes answer for themselves, so that they can tell of every call: no body is too large to get there, and no
 * content type is one that cannot be read. Of a body, one byte more than `maxBytes` is kept at most.
 */
export function useRawBodies(fastify: FastifyInstance, maxBytes: number): void {
  fastify.addHook('onRoute', (route) => {
    if (!isRaw(route.config)) return;
    route.bodyLimit = Number.MAX_SAFE_INTEGER;
    route.preParsing = (request: FastifyRequest & CountedRequest, _reply, payload, done) => {
      // Fastify refuses what is no media type before it asks any parser; the caller's own is in `raw.headers`.
      request.headers = { 'content-type': 'application/octet-stream' };
      request.rawBody = new CountedBody(maxBytes + 1);
      payload.on('error', (error) => request.rawBody?.destroy(error));
      done(null, payload.pipe(request.rawBody));
    };
  });
}

export function isRaw(config: unknown): boolean {
  return (config as { rawBody?: boolean } | undefined)?.rawBody === true;
}

export function rawBodyOf(request: FastifyRequest & CountedRequest): RawBody {
  const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  return { bytes, size: request.rawBody?.receivedEncodedLength ?? bytes.length };
}

/**
 * Passes on the beginning of a body, and reads the rest to its end, so that a caller that is still writing hears the
 * answer; how long that may take is limited for every request.
 */
class CountedBody extends Transform {
  /** Fastify compares it with the content length. */
  receivedEncodedLength = 0;
  private room: number;

  constructor(maxBytes: number) {
    super();
    this.room = maxBytes;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const kept = chunk.subarray(0, this.room);
    this.receivedEncodedLength += chunk.length;
    this.room -= kept.length;
    done(null, kept.length > 0 ? kept : undefined);
  }
}
