import type { Dispatcher } from 'undici';
import { CappedBody } from './capped-body.js';
import type { OutboundAnswer, OutboundError } from './outbound-answer.js';
import { describeFailure } from './outbound-failure.js';

type AnswerHeaders = Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseStart']>>[2];

/** Reading a little more than is kept is cheaper than a new connection; reading much more is not. */
const MAX_DISCARDED_BYTES = 64 * 1024;
const MAX_RECORDED_HEADER_BYTES = 8 * 1024;
/** A receiver that sends "wait a moment" without end would cost time until the deadline. */
const MAX_INTERIM_ANSWERS = 16;

/** One request and its answer: holds the deadline, caps what is read, and reports exactly once. */
export class Exchange implements Dispatcher.DispatchHandler {
  private readonly startedAt = new Date();
  private readonly startedAtMs = performance.now();
  private readonly deadline: NodeJS.Timeout;
  private readonly body: CappedBody;
  private controller: Dispatcher.DispatchController | null = null;
  private status = 0;
  private headers: Record<string, string | string[]> = {};
  private interimAnswers = 0;
  private isSettled = false;

  constructor(
    private readonly timeoutMs: number,
    maxAnswerBytes: number,
    private readonly onAnswer: (answer: OutboundAnswer) => void,
  ) {
    this.body = new CappedBody(maxAnswerBytes);
    // An answer that already waits in the socket is read before `setImmediate` runs, so a busy moment of ours is not blamed on the receiver.
    this.deadline = setTimeout(() => setImmediate(() => this.expire()), timeoutMs);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Thrown rather than aborted: the request is dropped unsent and the connection that became free stays usable.
    if (this.isSettled) throw new Error('The deadline passed before the request could be sent');
    this.controller = controller;
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: AnswerHeaders): void {
    if (status < 200) {
      this.interimAnswers += 1;
      if (this.interimAnswers <= MAX_INTERIM_ANSWERS) return;
      this.settle({ code: 'invalid_answer', message: 'The receiver sent interim answers without end.' });
      return this.cut(controller);
    }
    this.status = status;
    this.headers = recordedHeaders(headers);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.body.add(chunk);
    if (!this.body.isTruncated) return;
    this.settle(null);
    const readLimitBytes = this.body.maxBytes + MAX_DISCARDED_BYTES;
    const isDeclaredLonger = Number(this.headers['content-length']) > readLimitBytes;
    if (isDeclaredLonger || this.body.receivedBytes > readLimitBytes) this.cut(controller);
  }

  onResponseEnd(): void {
    clearTimeout(this.deadline);
    this.settle(null);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    clearTimeout(this.deadline);
    this.settle(this.isAnswered() ? null : describeFailure(error));
  }

  private expire(): void {
    this.settle(this.isAnswered() ? null : { code: 'timeout', message: this.describeTimeout() });
    if (this.controller) this.cut(this.controller);
  }

  private describeTimeout(): string {
    if (!this.controller) return `There was no connection to the receiver within ${this.timeoutMs} ms.`;
    if (this.status === 0) return `The receiver did not answer within ${this.timeoutMs} ms.`;
    return `The answer did not end within ${this.timeoutMs} ms.`;
  }

  /** All that is kept has come: what goes wrong from here on is no failure of the delivery. */
  private isAnswered(): boolean {
    return this.status === 204 || (this.status !== 0 && this.body.receivedBytes >= this.body.maxBytes);
  }

  private cut(controller: Dispatcher.DispatchController): void {
    controller.abort(new Error('The rest of the answer is not read'));
  }

  private settle(error: OutboundError | null): void {
    if (this.isSettled) return;
    this.isSettled = true;
    this.onAnswer({
      status: this.status,
      headers: this.headers,
      body: this.body.bytes,
      bodyTruncated: this.body.isTruncated,
      error,
      startedAt: this.startedAt,
      durationMs: Math.round(performance.now() - this.startedAtMs),
    });
  }
}

function recordedHeaders(headers: AnswerHeaders): Record<string, string | string[]> {
  const recorded: Record<string, string | string[]> = {};
  let sizeBytes = 0;
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    if (value === undefined) continue;
    sizeBytes += name.length + (typeof value === 'string' ? value.length : value.join().length);
    if (sizeBytes > MAX_RECORDED_HEADER_BYTES) break;
    recorded[name] = value;
  }
  return recorded;
}
