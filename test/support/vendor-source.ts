import { createHmac } from 'node:crypto';
import type { TestHub } from './hub.js';

export interface ShownRequest {
  readonly verdict: string;
  readonly reason: string | null;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
  readonly event_ids: readonly string[];
}

/** A source of a hub, and its vendor: AutoTechJobs, which names people and signs. */
export class VendorSource {
  private constructor(
    private readonly hub: TestHub,
    readonly id: string,
    private readonly path: string,
    private readonly secret: string,
  ) {}

  static async connect(hub: TestHub): Promise<VendorSource> {
    const { body } = await hub.post('/v1/sources', { dialect: 'autotechjobs', name: 'Our ATS' });
    return new VendorSource(hub, body.id as string, new URL(body.ingest_url as string).pathname, body.secret as string);
  }

  /** Answers the status. */
  async send(eventId: string, type: string, data: object, secret = this.secret): Promise<number> {
    const text = JSON.stringify({ id: eventId, type, created_at: '2026-05-02T09:00:00Z', data });
    const at = Math.floor(Date.now() / 1_000);
    const signature = createHmac('sha256', secret).update(`${at}.${text}`).digest('hex');
    const headers = { 'x-autotechjobs-signature': `t=${at},v1=${signature}` };
    return (await this.hub.post(this.path, text, { key: null, headers })).status;
  }

  /** Newest first. */
  async requests(): Promise<ShownRequest[]> {
    return ((await this.hub.get(`/v1/sources/${this.id}/requests`)).body as { data: ShownRequest[] }).data;
  }
}
