/** Speaks to a hub over HTTP, as its users do. */
import { noteMarkers } from './log-files.js';

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into answers of every shape
  readonly body: any;
  readonly text: string;
}

export interface RequestOptions {
  readonly key?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** Absent: as long as it takes. */
  readonly timeoutMs?: number;
}

export class ApiClient {
  constructor(
    readonly url: string,
    /** What it sends unless a call says otherwise. */
    readonly adminKey: string,
  ) {}

  get(path: string, options: RequestOptions = {}): Promise<ApiAnswer> {
    return this.request('GET', path, undefined, options);
  }

  post(path: string, body?: unknown, options: RequestOptions = {}): Promise<ApiAnswer> {
    return this.request('POST', path, body, options);
  }

  patch(path: string, body: unknown, options: RequestOptions = {}): Promise<ApiAnswer> {
    return this.request('PATCH', path, body, options);
  }

  delete(path: string, options: RequestOptions = {}): Promise<ApiAnswer> {
    return this.request('DELETE', path, undefined, options);
  }

  /** A string or Buffer body goes out as it is, anything else as JSON. `key: null` sends no key. */
  async request(method: string, path: string, body?: unknown, options: RequestOptions = {}): Promise<ApiAnswer> {
    const key = options.key === undefined ? this.adminKey : options.key;
    const raw = typeof body === 'string' || Buffer.isBuffer(body);
    const response = await fetch(this.url + path, {
      method,
      headers: {
        ...(key !== null && { authorization: `Bearer ${key}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(body !== undefined && { body: raw ? body : JSON.stringify(body) }),
      ...(options.timeoutMs !== undefined && { signal: AbortSignal.timeout(options.timeoutMs) }),
    });
    const text = await response.text();
    const answered = parsed(text);
    noteMarkers([typeof body === 'string' ? parsed(body) : body, options.headers, secretsIn(answered)]);
    return { status: response.status, headers: response.headers, body: answered, text };
  }

  /** Asks until `accept` is content; rejects with the last answer after `timeoutMs`. */
  async until(
    path: string,
    accept: (body: ApiAnswer['body']) => boolean,
    timeoutMs = 10_000,
  ): Promise<ApiAnswer['body']> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const { body } = await this.get(path);
      if (accept(body)) return body as unknown;
      if (Date.now() > deadline)
        throw new Error(`${path} never became as expected: ${JSON.stringify(body).slice(0, 2_000)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Subscribes, and fails the test when that is refused. */
  async subscribe(
    fields: Readonly<Record<string, unknown>>,
    options: RequestOptions = {},
  ): Promise<{ id: string; secret: string }> {
    const answer = await this.post('/v1/subscriptions', fields, options);
    if (answer.status !== 201) throw new Error(`Subscribing was refused: ${answer.text}`);
    return answer.body as { id: string; secret: string };
  }

  /** Sends an event, and fails the test when it is refused. */
  async send(event: Readonly<Record<string, unknown>>): Promise<{ id: string; deliveries: number }> {
    const answer = await this.post('/v1/events', event);
    if (answer.status !== 202) throw new Error(`The event was refused: ${answer.text}`);
    return answer.body as { id: string; deliveries: number };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** What the hub made up itself: secrets, and keys. */
function secretsIn(answer: unknown): object {
  const { secret, key, api_key: apiKey } = (answer ?? {}) as { secret?: unknown; key?: unknown; api_key?: unknown };
  return { secret, api_key: key, of: apiKey };
}
