/** What a caller asks of the outbound HTTP module, and what it gets back. */
export interface OutboundRequest {
  readonly url: string;
  readonly method?: 'POST' | 'GET';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** The one deadline of the whole exchange: name look-up, connection, TLS, request and answer. */
  readonly timeoutMs: number;
  readonly maxAnswerBytes?: number;
  readonly httpsOnly?: boolean;
}

export interface OutboundAnswer {
  /** 0 when there was no answer. */
  readonly status: number;
  /** Lower-case names. Headers past the first 8 KiB are left out. */
  readonly headers: Readonly<Record<string, string | string[]>>;
  /** The first `maxAnswerBytes`. */
  readonly body: Buffer;
  readonly bodyTruncated: boolean;
  /** Set when there was no answer, or when its body broke off. */
  readonly error: OutboundError | null;
  readonly startedAt: Date;
  readonly durationMs: number;
}

export type OutboundErrorCode =
  | 'timeout'
  | 'connection_refused'
  | 'connection_reset'
  | 'dns'
  | 'tls'
  | 'address_not_allowed'
  | 'invalid_answer'
  | 'connection_failed';

export interface OutboundError {
  readonly code: OutboundErrorCode;
  readonly message: string;
}

/** The answer to a request that was never sent. */
export function unsent(code: OutboundErrorCode, message: string): OutboundAnswer {
  return {
    status: 0,
    headers: {},
    body: Buffer.alloc(0),
    bodyTruncated: false,
    error: { code, message },
    startedAt: new Date(),
    durationMs: 0,
  };
}
