import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { TestHub } from '../support/hub.js';
import { makePartner, type TestPartner } from '../support/keys.js';
import { Receiver } from '../support/receiver.js';

/** Filters choose by what is in an event; on a partner they limit what it may have, whatever it asks for. */

const APPLICATIONS = {
  ann: {
    id: 'app_ann',
    score: 10,
    job: { id: 'job_1', title: 'Senior Engineer' },
    candidate: { name: 'Ann', email: 'ann@example.com' },
    tags: ['remote', 'urgent'],
  },
  bob: {
    id: 'app_bob',
    score: 20,
    job: { id: 'job_2', title: 'Senior Designer' },
    candidate: { name: 'Bob', email: 'bob@example.org' },
    tags: null,
  },
  cid: { id: 'app_cid', score: 30, job: { id: 'job_3', title: 'Engineer' }, candidate: { name: 'Cid' } },
};
const NAMES = Object.keys(APPLICATIONS) as (keyof typeof APPLICATIONS)[];
const OCCURRED_AT = {
  ann: '2026-01-01T00:00:00.000Z',
  bob: '2026-01-02T00:00:00.000Z',
  cid: '2026-01-03T00:00:00.000Z',
};

const JOB = 'data.application.job.id';
const SCORE = 'data.application.score';
const TAGS = 'data.application.tags';
const FILTERED = "not let through by the subscription's filter";

const FILTERS: [what: string, filter: object, passed: string[]][] = [
  ['$eq', { [JOB]: { $eq: 'job_1' } }, ['ann']],
  ['a value alone', { [JOB]: 'job_2' }, ['bob']],
  ['$neq', { [JOB]: { $neq: 'job_1' } }, ['bob', 'cid']],
  ['$gt', { [SCORE]: { $gt: 20 } }, ['cid']],
  ['$gte', { [SCORE]: { $gte: 20 } }, ['bob', 'cid']],
  ['$lt', { [SCORE]: { $lt: 20 } }, ['ann']],
  ['$lte', { [SCORE]: { $lte: 20 } }, ['ann', 'bob']],
  ['$gt of another type', { [SCORE]: { $gt: '0' } }, []],
  ['$gte of times', { occurred_at: { $gte: '2026-01-02T00:00:00.000Z' } }, ['bob', 'cid']],
  ['$in', { [JOB]: { $in: ['job_1', 'job_3'] } }, ['ann', 'cid']],
  ['$nin', { [JOB]: { $nin: ['job_1', 'job_3'] } }, ['bob']],
  ['$exists', { [TAGS]: { $exists: true } }, ['ann', 'bob']],
  ['$exists: false', { [TAGS]: { $exists: false } }, ['cid']],
  ['null', { [TAGS]: null }, ['bob', 'cid']],
  ['$startsWith', { 'data.application.job.title': { $startsWith: 'Senior' } }, ['ann', 'bob']],
  ['$endsWith', { 'data.application.candidate.email': { $endsWith: '@example.com' } }, ['ann']],
  ['$or', { $or: [{ [JOB]: 'job_1' }, { [SCORE]: { $gt: 25 } }] }, ['ann', 'cid']],
  ['$and', { $and: [{ [SCORE]: { $gt: 5 } }, { [SCORE]: { $lt: 25 } }, { [JOB]: 'job_2' }] }, ['bob']],
  ['$not', { $not: { [JOB]: { $in: ['job_1', 'job_2'] } } }, ['cid']],
  ['$not around $or', { $not: { $or: [{ [JOB]: 'job_1' }, { $and: [{ [JOB]: 'job_2' }] }] } }, ['cid']],
  ['an element of a list', { [TAGS]: 'urgent' }, ['ann']],
  ['an element by number', { [`${TAGS}.1`]: 'remote' }, []],
  ['several operators', { [SCORE]: { $gt: 10, $lt: 30 } }, ['bob']],
  ['several paths', { [JOB]: { $neq: 'job_1' }, 'subject.id': 'app_cid', type: 'application.submitted' }, ['cid']],
  ['nothing', {}, ['ann', 'bob', 'cid']],
];

/** What is wrong, where the answer says so, and what it says. */
const MISTAKES: [filter: object, field: string, message: RegExp][] = [
  [{ 'dta.application.id': '1' }, 'filter.dta.application.id', /starts with a field that events lack; nearest: data/],
  [{ 'data..id': '1' }, 'filter.data..id', /names separated by single dots, such as data\.application\.id/],
  [{ type: { $starts: 'a' } }, 'filter.type.$starts', /not a known operator; nearest: .*\$startsWith/],
  [{ data: { job: { id: '1' } } }, 'filter.data.job', /written as one dotted path, such as "data\.job\.id"/],
  [{ [JOB]: {} }, `filter.${JOB}`, /must be a value or operators, such as \{"\$in": \["a", "b"\]\}/],
  [{ [JOB]: { $in: 'job_1' } }, `filter.${JOB}.$in`, /must be a list of values, such as \["a", "b"\]/],
  [{ [JOB]: { $nin: 1 } }, `filter.${JOB}.$nin`, /must be a list of values/],
  [{ [SCORE]: { $gt: true } }, `filter.${SCORE}.$gt`, /must be a string or a number/],
  [{ [SCORE]: { $lte: null } }, `filter.${SCORE}.$lte`, /must be a string or a number/],
  [{ [TAGS]: { $exists: 'yes' } }, `filter.${TAGS}.$exists`, /must be true or false/],
  [{ type: { $startsWith: 1 } }, 'filter.type.$startsWith', /must be a string/],
  [{ type: { $endsWith: ['a'] } }, 'filter.type.$endsWith', /must be a string/],
  [{ $or: [] }, 'filter.$or', /must be a list of at least one filter/],
  [{ $and: [{ type: 'a' }, { $not: 1 }] }, 'filter.$and[1].$not', /must be an object, such as/],
  [{ $nor: [{ type: 'a' }] }, 'filter.$nor', /not known here; nearest: \$or, \$not, \$and/],
  [{ $eq: 1 }, 'filter.$eq', /must stand below a path, such as \{"type": \{"\$eq": …\}\}/],
  [{ type: { $or: ['a'] } }, 'filter.type.$or', /must stand around whole filters/],
];

interface ShownDelivery {
  readonly subscription_id: string;
  readonly status: string;
  readonly reason: string | null;
}

let hub: TestHub;
let receiver: Receiver;

beforeAll(async () => {
  [hub, receiver] = await Promise.all([TestHub.start(), Receiver.start()]);
});

afterAll(async () => {
  await hub.stop();
  await receiver.close();
});

/** What the event's page says of a subscription, once nothing of the event is pending; `null`: nothing. */
async function outcome(
  eventId: string,
  subscriptionId: string,
): Promise<Pick<ShownDelivery, 'status' | 'reason'> | null> {
  const isOver = ({ deliveries }: { deliveries: ShownDelivery[] }) =>
    deliveries.every(({ status }) => status !== 'pending');
  const { deliveries } = (await hub.until(`/v1/events/${eventId}`, isOver)) as { deliveries: ShownDelivery[] };
  const found = deliveries.filter((delivery) => delivery.subscription_id === subscriptionId);
  expect(found.length).toBeLessThanOrEqual(1);
  const [delivery] = found;
  return delivery ? { status: delivery.status, reason: delivery.reason } : null;
}

const DELIVERED = { status: 'delivered', reason: null };
const SKIPPED = { status: 'skipped', reason: FILTERED };

describe('a filter on a subscription', () => {
  const subscriptionIds: string[] = [];
  const eventIds: string[] = [];

  beforeAll(async () => {
    for (const [index, [, filter]] of FILTERS.entries()) {
      const fields = { url: `${receiver.url}/${index}`, events: ['application.*'], filter };
      subscriptionIds.push((await hub.subscribe(fields)).id);
    }
    for (const name of NAMES) {
      const data = { application: APPLICATIONS[name] };
      const event = await hub.send({ type: 'application.submitted', occurred_at: OCCURRED_AT[name], data });
      expect(event.deliveries).toBe(FILTERS.filter(([, , passed]) => passed.includes(name)).length);
      eventIds.push(event.id);
    }
  });

  it.each(FILTERS.map(([what, , passed], index) => ({ what, passed, index })))(
    'with $what lets through $passed, and the page of every other event says why not',
    async ({ passed, index }) => {
      for (const [position, name] of NAMES.entries()) {
        const told = await outcome(eventIds[position] ?? '', subscriptionIds[index] ?? '');
        expect([name, told]).toEqual([name, passed.includes(name) ? DELIVERED : SKIPPED]);
      }
      const arrived = receiver.on(`/${index}`).map(({ body }) => {
        const { data } = JSON.parse(body.toString()) as { data: { application: { id: string } } };
        return data.application.id.replace('app_', '');
      });
      expect(arrived.sort()).toEqual(passed);
    },
  );

  it.each(MISTAKES)('%j is refused at %s', async (filter, field, message) => {
    const { id } = await hub.subscribe({ url: `${receiver.url}/x`, events: ['job.created'] });
    const partner = await makePartner(hub);
    for (const answer of [
      await hub.post('/v1/subscriptions', { url: `${receiver.url}/x`, events: ['job.created'], filter }),
      await hub.patch(`/v1/subscriptions/${id}`, { filter }),
      await hub.post('/v1/partners', { name: 'Refused', filter }),
      await hub.patch(`/v1/partners/${partner.id}`, { filter }),
    ]) {
      expect(answer).toMatchObject({ status: 422, body: { code: 'validation_failed' } });
      expect(answer.body.errors).toEqual([{ field, message: expect.stringMatching(message) }]);
    }
    expect((await hub.get(`/v1/subscriptions/${id}`)).body.filter).toBeNull();
    await hub.delete(`/v1/subscriptions/${id}`);
  });

  it('names everything that is wrong at once', async () => {
    const filter = { dta: 1, $or: [{ type: { $in: 1 } }, { type: 'a' }] };
    const { body } = await hub.post('/v1/subscriptions', { url: `${receiver.url}/x`, events: ['nonsense'], filter });
    const fields = (body.errors as { field: string }[]).map((error) => error.field);
    expect(fields).toEqual(['events[0]', 'filter.dta', 'filter.$or[0].type.$in']);
  });

  it('holds for the next event once it is changed, and no more once it is taken away', async () => {
    const { id } = await hub.subscribe({ url: `${receiver.url}/changed`, events: ['custom.filtered'] });
    const send = async () => (await hub.send({ type: 'custom.filtered', data: { n: 1 } })).id;
    expect(await outcome(await send(), id)).toEqual(DELIVERED);
    const filter = { 'data.n': { $gt: 1 } };
    expect((await hub.patch(`/v1/subscriptions/${id}`, { filter })).body.filter).toEqual(filter);
    const kept = await send();
    expect(await outcome(kept, id)).toEqual(SKIPPED);
    await hub.patch(`/v1/subscriptions/${id}`, { filter: null });
    expect(await outcome(await send(), id)).toEqual(DELIVERED);
    expect(await outcome(kept, id)).toEqual(SKIPPED);
  });
});

describe('what a partner may have', () => {
  const inJobOne = { [JOB]: { $in: ['job_1'] } };
  let source: { id: string; ingest_url: string; secret: string };
  let partner: TestPartner;
  let subscriptionId: string;
  let count = 0;

  beforeAll(async () => {
    source = (await hub.post('/v1/sources', { dialect: 'standard', name: 'Ours' })).body;
    const limits = { event_types: ['application.*'], source_ids: [source.id], filter: inJobOne };
    partner = await makePartner(hub, limits);
    const filter = { [SCORE]: { $gte: 20 } };
    const fields = { url: `${receiver.url}/partner`, events: ['*'], filter };
    subscriptionId = (await hub.subscribe(fields, { key: partner.key })).id;
  });

  /** From a source, as its vendor would; answers the event's id. */
  async function comesIn(type: string, data: object, from = source): Promise<string> {
    const body = JSON.stringify({ type, timestamp: '2026-01-01T00:00:00Z', data });
    const [id, at] = [`msg_${++count}`, new Date()];
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': new Webhook(from.secret).sign(id, at, body),
    };
    const answer = await hub.post(new URL(from.ingest_url).pathname, body, { key: null, headers });
    expect(answer.status).toBe(200);
    const { body: page } = await hub.get(`/v1/sources/${from.id}/requests?limit=1`);
    return (page as { data: [{ event_ids: [string] }] }).data[0].event_ids[0];
  }

  const application = (job: string, score: number) => ({ application: { id: 'app_1', score, job: { id: job } } });
  const seenByPartner = async (eventId: string) =>
    (await hub.get(`/v1/events/${eventId}`, { key: partner.key })).status === 200;

  it('is what its type, its source and its filter allow, and of that what the subscription asks for', async () => {
    const another = (await hub.post('/v1/sources', { dialect: 'standard', name: 'Another' })).body as typeof source;
    const native = { type: 'application.submitted', data: application('job_1', 30) };
    const kept = [
      await comesIn('job.created', { job: { id: 'job_1' } }),
      await comesIn('application.submitted', application('job_1', 30), another),
      (await hub.send(native)).id,
      await comesIn('application.submitted', application('job_2', 30)),
      await comesIn('application.submitted', application('job_2', 10)),
    ];
    for (const id of kept) expect([await outcome(id, subscriptionId), await seenByPartner(id)]).toEqual([null, false]);

    const notAskedFor = await comesIn('application.submitted', application('job_1', 10));
    expect(await outcome(notAskedFor, subscriptionId)).toEqual(SKIPPED);
    const wanted = await comesIn('application.submitted', application('job_1', 30));
    expect(await outcome(wanted, subscriptionId)).toEqual(DELIVERED);
    expect([await seenByPartner(notAskedFor), await seenByPartner(wanted)]).toEqual([true, true]);
    expect(receiver.on('/partner')).toHaveLength(1);
  });

  it('is more from the next event on when its filter is taken away', async () => {
    expect((await hub.get(`/v1/partners/${partner.id}`)).body.filter).toEqual(inJobOne);
    await hub.patch(`/v1/partners/${partner.id}`, { filter: null });
    const wanted = await comesIn('application.submitted', application('job_2', 30));
    expect(await outcome(wanted, subscriptionId)).toEqual(DELIVERED);
  });
});
