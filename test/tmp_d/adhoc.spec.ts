import { it, expect } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule, DocumentBuilder } from '@nestjs/swagger';
import { ALL_DIALECTS } from '../../src/dialects/all-dialects.js';
import { AtsModule } from '../../src/ats/ats.module.js';
import { ProblemDto } from '../../src/common/api-problems.js';
import { EVENT_TYPES } from '../../src/ats/event-types.js';
import { exampleEvent } from '../../src/ats/example-event.js';
import { validateEventData } from '../../src/ats/event-validator.js';
import { parsePatterns, matchPatterns } from '../../src/ats/subscription-patterns.js';

it('table', () => {
  const lines = readFileSync('../shared/dialects.md', 'utf8').split('\n');
  const start = lines.findIndex((l) => l.startsWith('| canonical |'));
  const heads = lines[start].split('|').slice(2, -1).map((s) => s.trim());
  const seen = new Set<string>();
  for (const line of lines.slice(start + 2)) {
    if (!line.startsWith('|')) break;
    const cells = line.split('|').slice(1, -1).map((s) => s.trim());
    const type = cells[0];
    seen.add(type);
    heads.forEach((h, i) => {
      const cell = cells[i + 1].replace(/, unless.*/, '');
      const d = ALL_DIALECTS.find((x) => x.name === h)!;
      const row = d.mappings.filter((m) => m.canonical === type);
      const expected = cell === '' ? [] : cell.startsWith('out: ') ? [{ canonical: type, name: cell.slice(5), direction: 'out' }] : [{ canonical: type, name: cell, direction: 'both' }];
      expect([h, type, row]).toEqual([h, type, expected]);
    });
  }
  for (const d of ALL_DIALECTS) if (d.name !== 'standard') for (const m of d.mappings) expect(seen.has(m.canonical)).toBe(true);
  console.log(EVENT_TYPES.length, 'types', JSON.stringify(EVENT_TYPES).length, Math.max(...EVENT_TYPES.map((t) => JSON.stringify(t.schema).length)));
});
it('perf', () => {
  const t = EVENT_TYPES.find((x) => x.type === 'application.submitted')!;
  let s = performance.now();
  for (let i = 0; i < 1000; i++) validateEventData(t.type, t.example.data);
  console.log('validate 1000', performance.now() - s);
  s = performance.now();
  for (let i = 0; i < 1000; i++) validateEventData('x'.repeat(100000), t.example.data);
  console.log('unknown 1000', performance.now() - s);
  const e = exampleEvent('elsewhere', { type: t.type, name: t.type, occurredAt: t.example.occurred_at, data: t.example.data });
  for (const d of ALL_DIALECTS) {
    const name = d.nameOf(e); if (!name) continue;
    for (let i = 0; i < 3000; i++) d.encode(e, { eventName: name, includeFiles: false });
    s = performance.now();
    for (let i = 0; i < 10000; i++) d.encode(e, { eventName: name, includeFiles: false });
    console.log(d.name, 'µs/encode', (performance.now() - s) / 10);
    const p = parsePatterns(d, ['*']); if (Array.isArray(p)) continue;
    s = performance.now();
    for (let i = 0; i < 100000; i++) matchPatterns(d, p, e);
    console.log(d.name, 'µs/match', (performance.now() - s) / 100);
  }
});
it('http', async () => {
  @Module({ imports: [AtsModule.forRoot(ALL_DIALECTS)] }) class App {}
  const app = await NestFactory.create<NestFastifyApplication>(App, new FastifyAdapter(), { logger: false });
  const doc = SwaggerModule.createDocument(app, new DocumentBuilder().build(), { extraModels: [ProblemDto] });
  console.log(Object.keys(doc.paths), JSON.stringify(doc.components?.schemas?.GivingUpDto));
  await app.init();
  const get = async (url: string) => { const r = await app.inject({ method: 'GET', url }); return [r.statusCode, r.headers['content-type'], r.body] as const; };
  for (const url of ['/v1/dialects/hatchbeacon', '/v1/dialects/resthooks/examples/Employee%20Created', '/v1/dialects/hatchbeacon/examples/job_application_created', '/v1/dialects/jobaffinity/examples/ProcessStepChange', '/v1/dialects/autotechjobs/examples/job.expired'])
    console.log(url, ...(await get(url)));
  console.log((await get('/v1/event-types/application.submitted'))[2].slice(0, 3000));
  console.log((await get('/v1/event-types'))[2].length, (await get('/v1/dialects'))[2].length, (await get('/v1/dialects/nope'))[0]);
  await app.close();
});
