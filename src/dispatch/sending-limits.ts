/**
 * Deliveries that one process may be calling for or have called for without the result being recorded, for each call that may be
 * under way. Recording takes longer than many a call: were it one, senders would wait for the recorder, and it for them.
 */
export const SENDING_PER_CALL = 4;
