import { ApiClient } from '../api-client.js';
import { hubNow } from '../deliveries.js';
import type { TestHub } from '../hub.js';
import { type RawAnswer, rawRequest } from '../raw-request.js';
import { type Headers, OCCUPOP_TOKEN, type Sender, senderOf } from './senders.js';

/** One call to a source, as `GET /v1/sources/{id}/requests` shows it. */
export interface ShownRequest {
  readonly id: string;
  readonly verdict: string;
  readonly reason: string | null;
  readonly answer_status: number;
  readonly event_ids: readonly string[];
  readonly segment: string | null;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string;
  readonly body_bytes: number;
}

export interface SendOptions {
  /** For vendors whose body does not name the event. */
  readonly eventName?: string;
  readonly secret?: string;
  readonly at?: Date;
  readonly callId?: string;
  /** `false`: nothing is proved. */
  readonly isProved?: boolean;
  /** Beside those that prove the call, or instead of them. */
  readonly headers?: Headers;
  /** `null`: none. */
  readonly contentType?: string | null;
  readonly isChunked?: boolean;
  /** What is proved, where it is another body than the one that is sent. */
  readonly provedBody?: Buffer | string;
}

const HOOK_SECRET = 'a hook secret that the vendor chose';
let calls = 0;

/** A source of a hub, and the vendor that sends to its address. */
export class SourceAtHub {
  private constructor(
    private readonly hub: TestHub,
    private readonly key: string,
    readonly sender: Sender,
    readonly id: string,
    readonly secret: string,
    /** By event name, or by '' where there is one for all. */
    private readonly paths: ReadonlyMap<string, string>,
  ) {}

  /** Sets the source up as the vendor's customer would; vendors that confirm an address do so. */
  static async start(
    hub: TestHub,
    dialect: string,
    settings: Readonly<Record<string, unknown>> = {},
    key = hub.adminKey,
  ): Promise<SourceAtHub> {
    const sender = senderOf(dialect);
    const auth = sender.auth && { auth: sender.auth };
    const answer = await hub.post('/v1/sources', { dialect, name: `Our ${dialect}`, ...auth, ...settings }, { key });
    if (answer.status !== 201) throw new Error(`The source was refused: ${answer.text}`);
    const { id, secret, ingest_url: url, ingest_urls: urls } = answer.body;
    const addresses = Object.entries((urls ?? { '': url }) as Record<string, string>);
    const paths = new Map(addresses.map(([eventName, address]) => [eventName, new URL(address).pathname]));
    const source = new SourceAtHub(hub, key, sender, id, secret ?? secretOf(sender), paths);
    if (sender.auth?.type === 'hook_secret' && !('auth' in settings)) await source.confirm();
    return source;
  }

  get dialect(): string {
    return this.sender.dialect;
  }

  path(eventName = ''): string {
    const path = this.paths.get('') ?? this.paths.get(eventName) ?? [...this.paths.values()][0];
    if (path === undefined) throw new Error('The source has no address.');
    return path;
  }

  /** Calls the source as the vendor does; the answer's headers and status as they are. */
  send(body: Buffer | string, options: SendOptions = {}): Promise<RawAnswer> {
    const { eventName, callId = nextCallId(), contentType = 'application/json', isChunked = false } = options;
    const { isProved = true, secret = this.secret, at = hubNow(this.hub), provedBody = body } = options;
    const proof = isProved ? this.sender.prove({ body: Buffer.from(provedBody), secret, at, callId }) : {};
    const headers = {
      ...(contentType !== null && { 'content-type': contentType }),
      ...proof,
      ...this.sender.identify?.(callId),
      ...options.headers,
    };
    return rawRequest(this.hub.url + this.path(eventName), { headers, body: Buffer.from(body), isChunked });
  }

  /** The vendor asks at each address whether its calls are wanted. */
  private async confirm(): Promise<void> {
    for (const eventName of this.paths.keys()) {
      const { status, headers } = await this.send('[]', { eventName });
      if (status !== 200 || headers['x-hook-secret'] !== this.secret) throw new Error('The secret did not come back.');
    }
  }

  /** What became of the calls, oldest first; at most 200. */
  async requests(): Promise<ShownRequest[]> {
    const { body } = await this.hub.get(`/v1/sources/${this.id}/requests?limit=200`, { key: this.key });
    return (body as { data: ShownRequest[] }).data.reverse();
  }

  /** The same as soon as nothing is being fetched for any of them. */
  async judgedRequests(): Promise<ShownRequest[]> {
    const isJudged = ({ data }: { data: ShownRequest[] }) => data.every(({ verdict }) => verdict !== 'fetching');
    await new ApiClient(this.hub.url, this.key).until(`/v1/sources/${this.id}/requests?limit=200`, isJudged);
    return this.requests();
  }

  async lastRequest(): Promise<ShownRequest> {
    const request = (await this.requests()).at(-1);
    if (!request) throw new Error('The source was never called.');
    return request;
  }
}

function nextCallId(): string {
  return `call_${++calls}`;
}

function secretOf({ auth }: Sender): string {
  return auth?.type === 'header' ? OCCUPOP_TOKEN : HOOK_SECRET;
}
