import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonValue } from '../../src/common/json.js';
import { untilDeliveries } from '../support/deliveries.js';
import { hostileEvent } from '../support/hostile-event.js';
import { QUEUES, TestHub } from '../support/hub.js';
import { type ReceivedCall, Receiver } from '../support/receiver.js';
import { serialisedBy } from '../support/vendor-json.js';
import { verifyStandard } from '../support/verify.js';

const OCCURRED_AT = '2025-04-10T20:32:13.000Z';

const application = {
  id: 'app_789012',
  job: { id: 'job_123456', title: 'Senior React Developer', company: 'Tech Innovations Ltd' },
  candidate: { id: 'cand_789012', name: 'Jane Smith', email: 'jane@example.com' },
  status: 'pending',
  applied_at: '2025-04-10T20:32:13Z',
};
const employee = { id: 'ee_1', first_name: 'Jane', last_name: 'Smith', job_title: 'Welder' };
const actor = { id: '507f191e810c19729de860ea', name: 'John Doe', email: 'john@example.com' };

interface DialectCase {
  readonly dialect: string;
  readonly events: readonly string[];
  readonly type: string;
  readonly data: Readonly<Record<string, object>>;
  /** The documented shape, filled with the event's data. */
  readonly body: (eventId: string) => unknown;
}

const CASES: readonly DialectCase[] = [
  {
    dialect: 'standard',
    events: ['application.*'],
    type: 'application.submitted',
    data: { application },
    body: () => ({
      type: 'application.submitted',
      timestamp: OCCURRED_AT,
      data: { application },
    }),
  },
  {
    dialect: 'autotechjobs',
    events: ['application.submitted'],
    type: 'application.submitted',
    data: { application },
    body: (id) => ({
      id,
      type: 'application.submitted',
      created_at: '2025-04-10T20:32:13Z',
      data: { application },
    }),
  },
  {
    dialect: 'jobaffinity',
    events: ['ProcessStepChange'],
    type: 'application.stage_changed',
    data: { application },
    body: () => ({
      event: 'ProcessStepChange',
      application: { _self: '/restapi/v1/application/app_789012' },
      datetime: '2025-04-10 20:32:13',
    }),
  },
  {
    dialect: 'hatchbeacon',
    events: ['job_application_created'],
    type: 'application.submitted',
    data: { application },
    body: () => ({
      event: 'job_application_created',
      timestamp: OCCURRED_AT,
      data: {
        log: {
          action: 'create_application',
          resourceType: 'job_application',
          resourceId: 'app_789012',
          userId: actor.id,
          userName: actor.name,
          userEmail: actor.email,
          timestamp: OCCURRED_AT,
        },
        details: {
          method: 'POST',
          path: '/job-applications',
          candidateName: 'Jane Smith',
          jobTitle: 'Senior React Developer',
        },
      },
    }),
  },
  {
    dialect: 'resthooks',
    events: ['Employee Created'],
    type: 'employee.created',
    data: { employee },
    body: () => [{ ...employee, name: 'Jane Smith' }],
  },
  {
    dialect: 'occupop',
    events: ['CandidateResource_created'],
    type: 'application.submitted',
    data: { application },
    body: () => ({
      meta: { resource_type: 'CandidateResource', event_name: 'CandidateResource_created' },
      data: {
        uuid: 'app_789012',
        status: 'pending',
        first_name: 'Jane',
        last_name: 'Smith',
        email: 'jane@example.com',
        job_uuid: 'job_123456',
        received_at: OCCURRED_AT,
      },
    }),
  },
  {
    dialect: 'greenhouse',
    events: ['new_candidate_application'],
    type: 'application.submitted',
    data: { application },
    body: () => ({
      action: 'new_candidate_application',
      payload: {
        application: {
          id: 'app_789012',
          status: 'active',
          applied_at: '2025-04-10T20:32:13Z',
          candidate: {
            id: 'cand_789012',
            first_name: 'Jane',
            last_name: 'Smith',
            email_addresses: [{ value: 'jane@example.com' }],
          },
          jobs: [{ id: 'job_123456', name: 'Senior React Developer' }],
        },
      },
    }),
  },
];

describe.each(QUEUES)('what receivers get on the %s queue', (queue) => {
  let hub: TestHub;
  let receiver: Receiver;

  beforeAll(async () => {
    [hub, receiver] = await Promise.all([TestHub.start({ queue }), Receiver.start()]);
  });

  afterAll(async () => {
    await hub.stop();
    await receiver.close();
  });

  async function receive(path: string): Promise<ReceivedCall> {
    const [call] = await receiver.waitFor(path, 1);
    if (!call) throw new Error('No call.');
    return call;
  }

  function textOf(call: ReceivedCall): string {
    return call.body.toString('utf8');
  }

  it.each(CASES)('has the documented body in $dialect, and verifies', async ({ dialect, events, type, data, body }) => {
    const path = `/documented/${dialect}`;
    const { id: subscriptionId, secret } = await hub.subscribe({ url: receiver.url + path, dialect, events });
    const event = await hub.send({ type, occurred_at: OCCURRED_AT, actor, data });
    const [delivery] = await untilDeliveries(hub, subscriptionId, 1, ({ status }) => status === 'delivered');

    const call = receiver.on(path).find(({ body: sent }) => sent.toString() !== '[]');
    if (!call) throw new Error('No call.');
    expect(JSON.parse(textOf(call))).toEqual(body(event.id));
    expect(verifyStandard(call, secret)).toEqual(body(event.id));
    expect(call).toMatchObject({
      method: 'POST',
      headers: { 'content-type': 'application/json', 'webhook-id': delivery?.id },
    });
  });

  it.each(CASES)(
    'survives parsing and serialising in $dialect, whatever it holds',
    async ({ dialect, events, type }) => {
      const path = `/hostile/${dialect}`;
      const { id: subscriptionId, secret } = await hub.subscribe({ url: receiver.url + path, dialect, events });
      expect((await hub.post('/v1/events', hostileEvent(type))).status).toBe(202);
      await untilDeliveries(hub, subscriptionId, 1, ({ status }) => status === 'delivered');
      for (const call of receiver.on(path)) {
        expect(serialisedBy(dialect, JSON.parse(textOf(call)) as JsonValue)).toBe(textOf(call));
        verifyStandard(call, secret);
      }
    },
  );

  it('sends signed file addresses to other dialects only where they were asked for', async () => {
    const url = 'https://files.example.com/cv.pdf?signature=abc';
    const wanted = { dialect: 'occupop', events: ['CandidateResource_updated'] };
    await hub.subscribe({ ...wanted, url: `${receiver.url}/without-files` });
    await hub.subscribe({ ...wanted, url: `${receiver.url}/with-files`, include_files: true });
    await hub.send({ type: 'application.updated', data: { application: { id: 'a', files: [{ name: 'cv', url }] } } });
    expect(JSON.parse(textOf(await receive('/without-files')))).toMatchObject({ data: { file: { name: 'cv' } } });
    expect(textOf(await receive('/without-files'))).not.toContain(url);
    expect(JSON.parse(textOf(await receive('/with-files')))).toMatchObject({ data: { file: { name: 'cv', url } } });
  });
});
