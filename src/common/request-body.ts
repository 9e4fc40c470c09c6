/** Route configuration that tells the body parser how much a route takes; anything else takes `MAX_BODY_BYTES`. */
export const BATCH_ROUTE = { bodySize: 'batch' } as const;

/** What the JSON parser notes on a request beside the parsed body. */
export interface RequestWithText {
  hasRoundedNumber?: boolean;
}
