import { type IncomingHttpHeaders, request } from 'node:http';

/** What HTTP libraries do not let a caller send: no content type, a body in chunks, headers as they are. */
export interface RawRequest {
  readonly method?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Sent piece by piece, without its length. */
  readonly isChunked?: boolean;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

const CHUNK_BYTES = 60_000;

export function rawRequest(url: string, { method = 'POST', headers, body, isChunked }: RawRequest): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const length = isChunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': String(body.length) };
    const call = request(url, { method, headers: { ...headers, ...length }, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
    });
    call.on('error', reject);
    if (isChunked) {
      for (let start = 0; start < body.length; start += CHUNK_BYTES) {
        call.write(body.subarray(start, start + CHUNK_BYTES));
      }
      call.end();
    } else call.end(body);
  });
}
