import type { DialectCatalog } from '../../src/ats/dialect-catalog.service.js';
import type { Dialect } from '../../src/ats/dialect.js';
import { EVENT_TYPES } from '../../src/ats/event-types.js';
import { bullets, code, codes, linkTo, table } from './markdown.js';
import { chapterOf, givingUp, headingsOf, retries } from './chapter.js';

const INTRODUCTION = `A **dialect** is one ATS's way of speaking webhooks. A subscription gets its deliveries in the
dialect that its receiver understands; a source takes an ATS's own webhooks in that ATS's dialect. This page is generated
from the code. What each vendor's document fixes, and what was decided where it is silent, is in the README of the
dialect's folder; [add-an-ats.md](add-an-ats.md) says how another one is added.`;

/** docs/dialects.md: what every dialect says of itself, for whoever writes a receiver or sets up a source. */
export function dialectsDocument(catalog: DialectCatalog): string {
  const dialects = catalog.all();
  return [
    '<!-- Generated from src/dialects by `npm run dialects-doc`; the check in `npm test` fails when it is stale. -->',
    '# Dialects',
    INTRODUCTION,
    '## Contents',
    bullets([linkTo('At a glance'), linkTo('What each dialect calls an event'), ...dialects.map(contentsOf)]),
    '## At a glance',
    atAGlance(dialects),
    'Every delivery in every dialect also carries the Standard Webhooks headers `webhook-id` (the same on every retry), ' +
      '`webhook-timestamp` and `webhook-signature`. 2xx is success; everything else, redirects included, is a failure.',
    '## What each dialect calls an event',
    'By canonical type. A name in brackets only goes out: what the vendor sends under it comes in as another type. ' +
      'A dialect without a name for a type does not deliver it, and the event says so. What comes in may be told by its ' +
      'data to be a narrower type: a change of status to hired is `application.hired`.',
    vocabulary(dialects),
    ...dialects.map(chapterOf),
    '',
  ].join('\n\n');
}

function contentsOf(dialect: Dialect): string {
  const [title = '', ...parts] = headingsOf(dialect);
  const links = parts.map((heading) => linkTo(heading, heading.slice(heading.indexOf(': ') + 2)));
  return `${linkTo(title)}: ${links.join(' · ')}`;
}

function atAGlance(dialects: readonly Dialect[]): string {
  return table(
    ['dialect', 'events', 'signature', 'timeout', 'retries', 'gives up'],
    dialects.map(({ name, title, events, signature, policy }) => [
      linkTo(title, code(name)),
      String(events.length),
      signature.header === null ? 'see its chapter' : code(signature.header),
      `${policy.timeoutMs / 1000} s`,
      retries(policy),
      givingUp(policy),
    ]),
  );
}

/** Canonical types beyond the registry are a dialect's own business and stand in its chapter. */
function vocabulary(dialects: readonly Dialect[]): string {
  const others = dialects.filter(({ subscriptionRules }) => !subscriptionRules.canonicalNames);
  return table(
    ['canonical type', ...others.map(({ name, title }) => linkTo(title, name))],
    EVENT_TYPES.map(({ type }) => [code(type), ...others.map((dialect) => namesOf(dialect, type))]),
  );
}

function namesOf({ mappings }: Dialect, type: string): string {
  const rows = mappings.filter(({ canonical }) => canonical === type);
  const both = rows.filter(({ direction }) => direction !== 'out').map(({ name }) => name);
  const out = rows.filter(({ direction }) => direction === 'out').map(({ name }) => name);
  return [codes(both), ...out.map((name) => `(${code(name)})`)].filter((text) => text !== '').join(' ');
}
