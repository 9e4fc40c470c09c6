import { Inject, Injectable } from '@nestjs/common';
import type { Inbound, InboundEvent } from '../ats/inbound.js';
import { isDeeperThan } from '../common/json-depth.js';
import { HUB_CONFIG, type HubConfig } from '../config/config.js';
import { OutboundHttpService } from '../outbound-http/outbound-http.service.js';
import type { FetchSettings } from './source-vault.service.js';

const TIMEOUT_MS = 15_000;
const MAX_ANSWER_BYTES = 1_048_576;

/** Asks a vendor's API, with the source's login, for what its thin events leave out. */
@Injectable()
export class ThinEventCompleter {
  constructor(
    private readonly outbound: OutboundHttpService,
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
  ) {}

  /** The completed events, or why one could not be completed. */
  async completeAll(
    inbound: Inbound,
    settings: FetchSettings,
    events: readonly InboundEvent[],
  ): Promise<InboundEvent[] | string> {
    const completed: InboundEvent[] = [];
    for (const event of events) {
      if (event.fetchPath === null || !inbound.complete) {
        completed.push(event);
        continue;
      }
      const fetched = await this.load(settings, event.fetchPath);
      if ('error' in fetched) return fetched.error;
      const whole = inbound.complete(event, fetched.body);
      if (!whole) return 'the vendor answered something else than was asked for';
      completed.push(whole);
    }
    return completed;
  }

  private async load(settings: FetchSettings, path: string): Promise<{ body: Buffer } | { error: string }> {
    const login = Buffer.from(`${settings.username}:${settings.password}`, 'utf8').toString('base64');
    const answer = await this.outbound.send({
      url: settings.base_url.replace(/\/+$/, '') + path,
      method: 'GET',
      headers: { authorization: `Basic ${login}`, accept: 'application/json' },
      timeoutMs: TIMEOUT_MS,
      maxAnswerBytes: MAX_ANSWER_BYTES,
    });
    if (answer.error) return { error: answer.error.message.replace(/\.$/, '') };
    if (answer.status !== 200) return { error: `the vendor answered ${answer.status}` };
    if (answer.bodyTruncated) return { error: `the vendor answered more than ${MAX_ANSWER_BYTES} bytes` };
    if (isDeeperThan(answer.body, this.config.maxJsonDepth))
      return { error: 'the vendor answered JSON that is nested too deeply' };
    return { body: answer.body };
  }
}
