import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../common/json.js';
import { exampleEvent } from './example-event.js';
import { portableData } from './portable-data.js';

const data: JsonObject = {
  application: {
    id: 'a',
    candidate: { name: 'Jane Smith', resume: { name: 'cv', url: 'https://x.example/1' } },
    files: [{ name: 'letter', url: 'https://x.example/2' }],
    job: { cv_upload_signed_url: 'https://x.example/3', apply_url: 'https://x.example/apply' },
    applied_at: '2025-04-10',
    hired_at: 'soon',
    rejected_at: null,
  },
};
const event = exampleEvent('acme', { type: 'application.submitted', name: 'x', occurredAt: '', data });

describe('portableData', () => {
  it('is the very same data in the dialect it came from', () => {
    expect(portableData(event, 'acme', false)).toBe(data);
  });

  it('leaves out file addresses and unreadable times and completes names elsewhere', () => {
    expect(portableData(event, 'other', false)).toEqual({
      application: {
        id: 'a',
        candidate: { name: 'Jane Smith', first_name: 'Jane', last_name: 'Smith', resume: { name: 'cv' } },
        files: [{ name: 'letter' }],
        job: { apply_url: 'https://x.example/apply' },
        applied_at: '2025-04-10',
        rejected_at: null,
      },
    });
  });

  it('keeps file addresses when asked to', () => {
    const text = JSON.stringify(portableData(event, 'other', true));
    for (const address of ['/1', '/2', '/3']) expect(text).toContain(`https://x.example${address}`);
  });

  it('keeps a __proto__ key an ordinary property', () => {
    const hostile = JSON.parse('{"job": {"__proto__": {"x": 1}}}') as JsonObject;
    const copy = portableData({ ...event, data: hostile }, 'other', false);
    expect(JSON.stringify(copy)).toBe('{"job":{"__proto__":{"x":1}}}');
  });
});
