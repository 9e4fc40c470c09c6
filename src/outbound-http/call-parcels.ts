import type { OutboundAnswer, OutboundRequest } from './outbound-answer.js';

/**
 * Many requests, or many answers, as they go from thread to thread: one text and one block of bytes. A structured clone of
 * as many objects takes several times as long, and wakes the other thread for each.
 */
export interface Parcel {
  readonly text: string;
  /** All bodies, one behind the other. It changes hands: whoever packed it has it no more. */
  readonly bytes: ArrayBuffer;
}

/** Tells which answer is whose. */
export interface Numbered<T> {
  readonly number: number;
  readonly content: T;
}

/** Where a body is in the bytes of its parcel. */
type Place = readonly [at: number, length: number];
type PackedRequest = Omit<OutboundRequest, 'body'> & { readonly body?: Place };
type PackedAnswer = Omit<OutboundAnswer, 'body' | 'startedAt'> & { readonly body: Place; readonly startedAt: number };

export function packRequests(requests: readonly Numbered<OutboundRequest>[]): Parcel {
  const bodies = new Bodies();
  const packed = requests.map(({ number, content: { body, ...rest } }): Numbered<PackedRequest> => {
    if (body === undefined) return { number, content: rest };
    return { number, content: { ...rest, body: bodies.add(typeof body === 'string' ? Buffer.from(body) : body) } };
  });
  return { text: JSON.stringify(packed), bytes: bodies.toBytes() };
}

export function unpackRequests({ text, bytes }: Parcel): Numbered<OutboundRequest>[] {
  const packed = JSON.parse(text) as Numbered<PackedRequest>[];
  return packed.map(({ number, content: { body, ...rest } }) => {
    return { number, content: body === undefined ? rest : { ...rest, body: Buffer.from(bytes, ...body) } };
  });
}

export function packAnswers(answers: readonly Numbered<OutboundAnswer>[]): Parcel {
  const bodies = new Bodies();
  const packed = answers.map(({ number, content: { body, startedAt, ...rest } }): Numbered<PackedAnswer> => {
    return { number, content: { ...rest, body: bodies.add(body), startedAt: startedAt.getTime() } };
  });
  return { text: JSON.stringify(packed), bytes: bodies.toBytes() };
}

export function unpackAnswers({ text, bytes }: Parcel): Numbered<OutboundAnswer>[] {
  const packed = JSON.parse(text) as Numbered<PackedAnswer>[];
  return packed.map(({ number, content: { body, startedAt, ...rest } }) => {
    return { number, content: { ...rest, body: Buffer.from(bytes, ...body), startedAt: new Date(startedAt) } };
  });
}

/** An event that goes to many subscriptions of a dialect has one body, which is packed once. */
class Bodies {
  private readonly places = new Map<Buffer, Place>();
  private size = 0;

  add(body: Buffer): Place {
    const known = this.places.get(body);
    if (known) return known;
    const place: Place = [this.size, body.length];
    this.places.set(body, place);
    this.size += body.length;
    return place;
  }

  toBytes(): ArrayBuffer {
    // Not out of Node's pool, which others have their bytes in.
    const bytes = Buffer.allocUnsafeSlow(this.size);
    for (const [body, [at]] of this.places) bytes.set(body, at);
    return bytes.buffer;
  }
}
