import { describe, expect, it } from '@jest/globals';
import { Attempt } from '../../audit/audit.entities.js';
import { JobAffinityTaskDto } from './rest-api.dtos.js';

function attemptWith(requestBody: string): Attempt {
  return Object.assign(new Attempt(), {
    eventName: 'ProcessStepChange',
    startedAt: new Date('2021-04-01T12:13:14.999Z'),
    requestBody: Buffer.from(requestBody),
    responseBody: Buffer.from('Server Error'),
    responseStatus: 500,
  });
}

describe('a call in the history of jobaffinity', () => {
  it('is the documented item', () => {
    const body =
      '{"event":"ProcessStepChange","application":{"_self":"/restapi/v1/application/42","more":1},"datetime":""}';
    expect(JobAffinityTaskDto.of(attemptWith(body))).toEqual({
      event: 'ProcessStepChange',
      datetime: '2021-04-01 12:13:14',
      response_body: 'Server Error',
      response_status: 500,
      application: { _self: '/restapi/v1/application/42' },
    });
  });

  it.each(['', 'null', '[]', '{"application":null}', '{"application":{"_self":42}}'])(
    'refers to no application when its body is %j',
    (body) => {
      expect(JobAffinityTaskDto.of(attemptWith(body)).application).toEqual({ _self: '' });
    },
  );
});
