import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

/** Reads server-sent events, the key in a header. Each stream has a connection of its own, and leaves no other behind. */

export interface ReadEvent {
  readonly event: string;
  readonly id: string | undefined;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into events of every shape
  readonly data: any;
}

export interface StreamOptions {
  readonly key: string;
  readonly query?: string;
  readonly lastEventId?: string;
}

export class EventStream {
  readonly events: ReadEvent[] = [];
  readonly comments: string[] = [];
  /** Once the hub has ended it; `false`: it was cut off. */
  readonly ended: Promise<boolean>;
  private buffered = '';

  private constructor(private readonly response: IncomingMessage) {
    this.ended = this.readAll();
  }

  static async open(hubUrl: string, { key, query = '', lastEventId }: StreamOptions): Promise<EventStream> {
    const request = get(`${hubUrl}/v1/stream${query}`, {
      agent: false,
      headers: { authorization: `Bearer ${key}`, ...(lastEventId !== undefined && { 'last-event-id': lastEventId }) },
    });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    if (response.statusCode !== 200) throw new Error(`${response.statusCode} ${await text(response)}`);
    return new EventStream(response);
  }

  get contentType(): string | undefined {
    return this.response.headers['content-type'];
  }

  close(): void {
    this.response.destroy();
  }

  /** All events so far, as soon as `accept` is content with them. */
  async until(accept: (events: readonly ReadEvent[]) => boolean, timeoutMs = 15_000): Promise<readonly ReadEvent[]> {
    const deadline = Date.now() + timeoutMs;
    while (!accept(this.events)) {
      if (Date.now() > deadline) throw new Error(`The stream never was as expected: ${JSON.stringify(this.events)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return this.events;
  }

  private async readAll(): Promise<boolean> {
    const decoder = new TextDecoder();
    try {
      for await (const chunk of this.response) {
        this.buffered += decoder.decode(chunk as Uint8Array, { stream: true });
        const frames = this.buffered.split('\n\n');
        this.buffered = frames.pop() ?? '';
        for (const frame of frames) this.take(frame);
      }
      return true;
    } catch {
      return false;
    }
  }

  private take(frame: string): void {
    const fields = new Map(
      frame.split('\n').map((line) => [line.split(': ', 1)[0], line.slice(line.indexOf(': ') + 2)]),
    );
    const comment = fields.get('');
    if (comment !== undefined) this.comments.push(comment);
    else {
      const data: unknown = JSON.parse(fields.get('data') ?? '');
      this.events.push({ event: fields.get('event') ?? '', id: fields.get('id'), data });
    }
  }
}
