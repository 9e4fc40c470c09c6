import type { InboundAnswer, SourceRules, SourceSettings } from './inbound.js';

/** What the inbound halves of several dialects have in common. */

/** For vendors that look at the status of the answer alone. */
export const RECEIVED: InboundAnswer = {
  status: 200,
  contentType: 'application/json',
  body: '{"status":"received"}',
};

/** How long an event's own id is remembered: as long as the ids of the native API. */
export const ID_HOURS = 7 * 24;

/** The vendor signs every call. */
export const SIGNED_SOURCE: SourceRules = {
  secret: 'always',
  authTypes: [],
  authRequired: false,
  fetches: false,
  tiedEvents: false,
};

/** A source that was told nothing. */
export const NO_SETTINGS: SourceSettings = { secrets: [], auth: null, confirmedSecret: null, tiedTypes: new Map() };
