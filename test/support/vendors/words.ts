import { type Facts, isoOf, type Scalar } from './facts.js';

/** What another dialect is to tell of an event: the same facts, but for names of people, times and states. */

interface Said {
  /** The hub's type of it. */
  readonly type: string;
  readonly from: string;
  readonly to: string;
}

export function factsFor({ type, from, to }: Said, told: Facts): Facts {
  const facts = new Map([...told].filter(([path, value]) => !isUnreadableTime(path, value)));
  for (const person of peopleIn(facts)) completeName(facts, person);
  if (to === 'standard') addStates(facts, { type, from });
  else if (to === 'greenhouse') putInGreenhouseWords(facts, type);
  else addStatus(facts, type);
  return facts;
}

function isUnreadableTime(path: string, value: Scalar): boolean {
  return path.endsWith('_at') && isoOf(String(value)) === '';
}

const PEOPLE =
  /(?:^|\.)(?:candidate|user|author|hiring_manager|interviewers\[\d+\]|organizer|referrer|employee|manager)$/;

function peopleIn(facts: Facts): Set<string> {
  const holders = [...facts.keys()].map((path) => path.slice(0, path.lastIndexOf('.')));
  return new Set(holders.filter((holder) => PEOPLE.test(holder)));
}

/** A person's name is `name`, and `first_name` and `last_name`: whichever is missing is made from the other. */
function completeName(facts: Map<string, Scalar>, person: string): void {
  const [name, first, last] = ['name', 'first_name', 'last_name'].map((field) => facts.get(`${person}.${field}`));
  if (name === undefined && first !== undefined && last !== undefined) facts.set(`${person}.name`, `${first} ${last}`);
  if (typeof name !== 'string' || first !== undefined || last !== undefined) return;
  const [firstWord = '', ...rest] = name.split(' ');
  facts.set(`${person}.first_name`, firstWord);
  if (rest.length > 0) facts.set(`${person}.last_name`, rest.join(' '));
}

const STATE_OF_TYPE: Readonly<Record<string, string>> = {
  'application.rejected': 'rejected',
  'application.withdrawn': 'withdrawn',
  'application.hired': 'hired',
};
const STATE_OF_STATUS: Readonly<Record<string, string>> = {
  new: 'new',
  pending: 'new',
  interview: 'interview',
  interviewing: 'interview',
  hired: 'hired',
  rejected: 'rejected',
  withdrawn: 'withdrawn',
};

function stateOf(facts: Facts, type: string): string | undefined {
  const status = facts.get('application.status');
  const state = facts.get('application.state') ?? STATE_OF_TYPE[type] ?? STATE_OF_STATUS[String(status)];
  return state === undefined ? undefined : String(state);
}

/** The vendor's words stay, and the hub's stand beside them. */
function addStates(facts: Map<string, Scalar>, { type, from }: Pick<Said, 'type' | 'from'>): void {
  const state = isAbout(facts, 'application') ? stateOf(facts, type) : undefined;
  if (state !== undefined) facts.set('application.state', state);
  if (from !== 'greenhouse') return;
  for (const job of ['job', 'application.job']) {
    const word = facts.get(`${job}.status`);
    if (word !== undefined) facts.set(`${job}.state`, word);
  }
}

/** Where there is one field for it: the vendor's word, or the state. */
function addStatus(facts: Map<string, Scalar>, type: string): void {
  const state = isAbout(facts, 'application') ? stateOf(facts, type) : undefined;
  if (state !== undefined && !facts.has('application.status')) facts.set('application.status', state);
}

const JOB_WORDS: Readonly<Record<string, string>> = {
  draft: 'draft',
  open: 'open',
  live: 'open',
  published: 'open',
  closed: 'closed',
  expired: 'closed',
};
const JOB_WORD_OF_TYPE: Readonly<Record<string, string>> = {
  'job.published': 'open',
  'job.closed': 'closed',
  'job.expired': 'closed',
};
const OFFER_WORD_OF_TYPE: Readonly<Record<string, string>> = {
  'offer.created': 'Created',
  'offer.sent': 'Created',
  'offer.accepted': 'Accepted',
  'offer.declined': 'Rejected',
  'offer.expired': 'Deprecated',
  'offer.withdrawn': 'Deprecated',
};

/** Greenhouse has three words for an application, three for a job, four for an offer. */
function putInGreenhouseWords(facts: Map<string, Scalar>, type: string): void {
  if (isAbout(facts, 'application')) {
    const state = stateOf(facts, type);
    facts.set('application.status', state === 'hired' ? 'hired' : isOver(state) ? 'rejected' : 'active');
  }
  for (const job of ['job', 'application.job']) {
    const ownType = job === 'job' ? JOB_WORD_OF_TYPE[type] : undefined;
    replace(facts, `${job}.status`, ownType ?? jobWord(facts, `${job}.state`) ?? jobWord(facts, `${job}.status`));
  }
  const offerWord = OFFER_WORD_OF_TYPE[type];
  if (offerWord !== undefined) facts.set('offer.status', offerWord);
}

function isOver(state: string | undefined): boolean {
  return state === 'rejected' || state === 'withdrawn';
}

function jobWord(facts: Facts, path: string): string | undefined {
  return JOB_WORDS[String(facts.get(path))];
}

function replace(facts: Map<string, Scalar>, path: string, word: string | undefined): void {
  facts.delete(path);
  if (word !== undefined) facts.set(path, word);
}

function isAbout(facts: Facts, entity: string): boolean {
  return facts.has(`${entity}.id`);
}
