import { isJsonObject, type JsonObject, type JsonValue } from '../common/json.js';

/** Between a vendor's one word for where an application stands and the hub's `state` and event types. */

const STATE_OF_TYPE: Readonly<Record<string, string>> = {
  'application.rejected': 'rejected',
  'application.withdrawn': 'withdrawn',
  'application.hired': 'hired',
};

/**
 * Data whose application has a `status`, for dialects that have that one field only: the vendor's word, else the
 * canonical state, else the state that the event's type itself states. A rejection that goes out as a mere status
 * change must not lose its point.
 */
export function applicationWithStatus(type: string, data: JsonObject): JsonObject {
  const { application } = data;
  if (!isJsonObject(application)) return data;
  const status = application.status ?? application.state ?? STATE_OF_TYPE[type];
  return status === undefined ? data : { ...data, application: { ...application, status } };
}

/** Which words of a vendor mean which canonical state, in lower case, words parted by `_`. */
export type StatusWords = Readonly<Record<string, readonly string[]>>;

/** What vendors say as a rule; the canonical words mean themselves. */
export const COMMON_STATUS_WORDS: StatusWords = {
  new: ['new', 'pending', 'submitted', 'received', 'applied'],
  in_review: ['in_review', 'under_review', 'reviewing', 'review', 'screening', 'shortlisted'],
  interview: ['interview', 'interviewing'],
  offer: ['offer', 'offered'],
  hired: ['hired'],
  rejected: ['rejected'],
  withdrawn: ['withdrawn'],
};

const TYPE_OF_STATE: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(STATE_OF_TYPE).map(([type, state]) => [state, type]),
);

/** A mere status change whose data says that it is a hire, a rejection or a withdrawal is one. The status counts before `hired_at`. */
export function narrowedType(type: string, data: JsonObject, words: StatusWords): string {
  const { application } = data;
  if (type !== 'application.stage_changed' || !isJsonObject(application)) return type;
  const narrower = TYPE_OF_STATE[stateOf(application, words) ?? ''];
  return narrower ?? (isGiven(application.hired_at) ? 'application.hired' : type);
}

/** Data whose application has a canonical `state`, where its type or its status tells. */
export function applicationWithState(type: string, data: JsonObject, words: StatusWords): JsonObject {
  const { application } = data;
  if (!isJsonObject(application)) return data;
  const state = STATE_OF_TYPE[type] ?? stateOf(application, words);
  return state === null ? data : { ...data, application: { ...application, state } };
}

function stateOf({ state, status }: JsonObject, words: StatusWords): string | null {
  if (typeof state === 'string') return state;
  if (typeof status !== 'string') return null;
  const word = status
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, '_');
  return Object.keys(words).find((candidate) => words[candidate]?.includes(word)) ?? null;
}

function isGiven(value: JsonValue | undefined): boolean {
  return typeof value === 'string' && value.trim() !== '';
}
