import { applicationWithState, COMMON_STATUS_WORDS } from '../../ats/application-status.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../common/json.js';

/** Greenhouse has a few words for where things stand: others' words and states are put into the nearest of them. */

const JOB_WORD_OF_TYPE: Readonly<Record<string, string>> = {
  'job.published': 'open',
  'job.closed': 'closed',
  'job.expired': 'closed',
};
const JOB_WORDS: ReadonlyMap<string, string> = new Map([
  ['draft', 'draft'],
  ['open', 'open'],
  ['live', 'open'],
  ['published', 'open'],
  ['closed', 'closed'],
  ['expired', 'closed'],
]);

const OFFER_WORD_OF_TYPE: Readonly<Record<string, string>> = {
  'offer.created': 'Created',
  'offer.sent': 'Created',
  'offer.accepted': 'Accepted',
  'offer.declined': 'Rejected',
  'offer.expired': 'Deprecated',
  'offer.withdrawn': 'Deprecated',
};
const OFFER_WORDS = new Set(Object.values(OFFER_WORD_OF_TYPE));

/** Data whose application, job and offer have Greenhouse's words for their status. */
export function inGreenhouseWords(type: string, data: JsonObject): JsonObject {
  const { application, job, offer } = data;
  return {
    ...data,
    ...(isJsonObject(application) && { application: applicationInWords(type, application) }),
    ...(isJsonObject(job) && { job: withStatus(job, jobWord(type, job)) }),
    ...(isJsonObject(offer) && { offer: withStatus(offer, offerWord(type, offer)) }),
  };
}

/** Data whose application and job have canonical states, where Greenhouse's words tell. */
export function withStates(type: string, data: JsonObject): JsonObject {
  const { application, job } = data;
  if (isJsonObject(job)) return { ...data, job: jobWithState(job) };
  if (!isJsonObject(application) || !isJsonObject(application.job)) return applicationState(type, data);
  return applicationState(type, { ...data, application: { ...application, job: jobWithState(application.job) } });
}

function applicationState(type: string, data: JsonObject): JsonObject {
  return applicationWithState(type, data, COMMON_STATUS_WORDS);
}

function jobWithState(job: JsonObject): JsonObject {
  const state = wordOf(job.status);
  return state === undefined ? job : { ...job, state };
}

function applicationInWords(type: string, application: JsonObject): JsonObject {
  const { job } = application;
  return {
    ...application,
    ...(isJsonObject(job) && { job: withStatus(job, jobWord('', job)) }),
    status: applicationWord(type, application),
  };
}

function applicationWord(type: string, application: JsonObject): string {
  const known = applicationState(type, { application }).application;
  const state = isJsonObject(known) ? known.state : null;
  if (state === 'hired') return 'hired';
  return state === 'rejected' || state === 'withdrawn' ? 'rejected' : 'active';
}

function jobWord(type: string, { state, status }: JsonObject): string | undefined {
  return JOB_WORD_OF_TYPE[type] ?? wordOf(state) ?? wordOf(status);
}

function wordOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? JOB_WORDS.get(value.toLowerCase()) : undefined;
}

function offerWord(type: string, { status }: JsonObject): string | undefined {
  return OFFER_WORD_OF_TYPE[type] ?? (typeof status === 'string' && OFFER_WORDS.has(status) ? status : undefined);
}

function withStatus({ status: _status, ...holder }: JsonObject, word: string | undefined): JsonObject {
  return word === undefined ? holder : { ...holder, status: word };
}
