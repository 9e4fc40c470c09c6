import type { ApiClient } from './api-client.js';
import type { DocumentedOperation } from './documented-operations.js';

/** Makes something to call an operation of the API on, and the address to call. */
export class ApiSubjects {
  constructor(
    private readonly hub: ApiClient,
    /** Where what is subscribed is sent. */
    private readonly targetUrl: string,
    /** The address of a source, where its vendor's calls come to. */
    private readonly sourceToken = '',
  ) {}

  /** By how the path starts: something fresh, of which the id goes into the path. */
  private readonly makers: readonly (readonly [start: string, make: () => Promise<string>])[] = [
    ['/v1/api-keys/', () => this.created('/v1/api-keys', { name: 'Key', role: 'viewer' })],
    ['/v1/partners/', () => this.created('/v1/partners', { name: 'Partner' })],
    ['/v1/sources/', () => this.created('/v1/sources', { dialect: 'standard', name: 'Source' })],
    ['/v1/subscriptions/', () => this.created('/v1/subscriptions', { url: this.targetUrl, events: ['*'] })],
    ['/autotechjobs/', () => this.created('/autotechjobs/v1/webhooks', { url: this.targetUrl, events: ['*'] })],
    ['/resthooks/subscriptions/', () => this.created('/resthooks/subscriptions', this.hook())],
    ['/v1/inbound-requests/', () => this.refusedRequest()],
    [
      '/v1/recoveries/',
      async () => this.created(`/v1/subscriptions/${await this.newest('subscriptions')}/recover`, SINCE),
    ],
    ['/v1/erasures/', () => this.created('/v1/subjects/erase', { entity: 'candidate', id: 'nobody' })],
    ['/v1/events/', async () => (await this.hub.send(APPLICATION)).id],
    ['/v1/deliveries/', () => this.newest('deliveries')],
    ['/v1/attempts/', () => this.newest('attempts')],
    ['/v1/event-types/', async () => 'application.submitted'],
    ['/v1/dialects/', async () => 'autotechjobs'],
    ['/in/', async () => this.sourceToken],
    ['/jobaffinity/', async () => APPLICATION.data.application.id],
    ['/resthooks/events/', async () => 'employee-created'],
  ];

  /** The path of an operation with an id in it of something that is there. */
  async pathOf({ path }: DocumentedOperation): Promise<string> {
    const event = path.startsWith('/resthooks/') ? 'employee-created' : 'application.submitted';
    const address = path.replace('{event}', event);
    if (!address.includes('{')) return address;
    const make = this.makers.find(([start]) => path.startsWith(start))?.[1];
    if (!make) throw new Error(`Nothing is known to call ${path} on.`);
    return address.replace(/\{\w+\}/, encodeURIComponent(await make()));
  }

  /** What the query of an operation must name; `null`: its own example will do. */
  async queryValueOf(name: string): Promise<string | null> {
    return name === 'subscription_id' ? this.newest('subscriptions') : null;
  }

  private hook(): object {
    return { event: 'Employee Created', target_url: this.targetUrl };
  }

  private async created(path: string, body: object): Promise<string> {
    const answer = await this.hub.post(path, body);
    const { id, data } = answer.body as { id?: string; data?: { id: string } };
    const made = id ?? data?.id;
    if (made === undefined) throw new Error(`POST ${path} was refused: ${answer.text}`);
    return made;
  }

  private async refusedRequest(): Promise<string> {
    const { body: source } = await this.hub.post('/v1/sources', { dialect: 'standard', name: 'Source' });
    await this.hub.post(new URL(source.ingest_url as string).pathname, {}, { key: null });
    return this.newest(`sources/${source.id}/requests`);
  }

  private async newest(list: string): Promise<string> {
    const { body } = await this.hub.get(`/v1/${list}?limit=1`);
    const [first] = (body as { data: { id: string }[] }).data;
    if (!first) throw new Error(`There are no ${list}.`);
    return first.id;
  }
}

export const APPLICATION = { type: 'application.submitted', data: { application: { id: '42', status: 'new' } } };
const SINCE = { since: '2026-01-31T12:00:00Z' };
