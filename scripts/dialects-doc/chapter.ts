import type { DeliveryPolicy, Dialect, SubscriptionRules } from '../../src/ats/dialect.js';
import { describeFields, type FieldRow } from '../../src/ats/field-descriptions.js';
import type { SamenessRule, SourceRules } from '../../src/ats/inbound.js';
import { bullets, code, codes, collapsed, duration, htmlCode, jsonBlock, prose, table } from './markdown.js';

/** One dialect's chapter: each part is made from one part of the contract. */

interface Part {
  readonly name: string;
  readonly contentOf: (dialect: Dialect) => string;
}

const PARTS: readonly Part[] = [
  { name: 'events', contentOf: events },
  { name: 'subscribing', contentOf: subscribing },
  { name: 'signature', contentOf: signature },
  { name: 'delivery policy', contentOf: policy },
  { name: 'how its webhooks come in', contentOf: inbound },
  { name: 'fields', contentOf: fields },
  { name: 'examples', contentOf: examples },
];

/** The title and then the parts, unlike those of any other dialect. */
export function headingsOf({ title }: Dialect): string[] {
  return [title, ...PARTS.map(({ name }) => `${title}: ${name}`)];
}

export function chapterOf(dialect: Dialect): string {
  const { name, title, summary } = dialect;
  return [
    `## ${title}`,
    `${code(name)} ([decisions](../src/dialects/${name}/README.md)). ${prose(summary)}`,
    ...PARTS.flatMap((part) => [`### ${title}: ${part.name}`, part.contentOf(dialect)]),
  ].join('\n\n');
}

export function retries({ retryDelaysSeconds, jitterRatio, honoursRetryAfter }: DeliveryPolicy): string {
  const delays = retryDelaysSeconds.map(duration).join(', ');
  const jitter = jitterRatio === 0 ? '' : ` ±${Math.round(jitterRatio * 100)} %`;
  return `${delays}${jitter}${honoursRetryAfter ? '; `Retry-After` honoured' : ''}`;
}

export function givingUp({ givingUp: rule, goneStatuses }: DeliveryPolicy): string {
  const gone = goneStatuses.length > 0 ? [`${goneStatuses.join(' or ')}: deactivated`] : [];
  switch (rule.kind) {
    case 'failing_for':
      return [...gone, `disabled after ${rule.days} days of nothing but failures`].join('; ');
    case 'failed_deliveries':
      return [...gone, `disabled after ${rule.count} failed deliveries in a row`].join('; ');
    case 'suspend':
      return [
        ...gone,
        `suspended after ${rule.serverErrors} calls in a row answered 5xx, for ${duration(rule.firstMinutes * 60)}, ` +
          `doubling to ${duration(rule.maxMinutes * 60)}, then one probe`,
      ].join('; ');
  }
}

function events({ events: names, mappings, subscriptionRules }: Dialect): string {
  if (subscriptionRules.canonicalNames) {
    return table(
      ['event', 'description'],
      names.map(({ name, description }) => [code(name), prose(description)]),
    );
  }
  const typesOf = (name: string, without: string) =>
    codes(mappings.filter((row) => row.name === name && row.direction !== without).map((row) => row.canonical));
  return table(
    ['event', 'comes in as', 'goes out for', 'description'],
    names.map(({ name, description }) => [code(name), typesOf(name, 'out'), typesOf(name, 'in'), prose(description)]),
  );
}

function subscribing({ subscriptionRules: rules, confirmation }: Dialect): string {
  return bullets([
    namesToAskFor(rules),
    ...(rules.httpsOnly
      ? ['In production (`NODE_ENV=production`) targets must be `https:`, whatever `ALLOW_HTTP_TARGETS` says.']
      : []),
    ...(rules.reservedHeaders.length > 0
      ? [`Sets ${codes(rules.reservedHeaders)} itself: a subscription's \`headers\` may not.`]
      : []),
    ...(confirmation
      ? [
          `A new subscription's target gets ${code(confirmation.body)} with ${code(confirmation.header)}; echoing that ` +
            `header within ${confirmation.timeoutMs / 1000} s confirms the subscription.`,
        ]
      : []),
  ]);
}

function namesToAskFor({ canonicalNames, entityWildcards, customEvents, singleEvent }: SubscriptionRules): string {
  if (singleEvent) return 'A subscription asks for exactly one event, by its name.';
  const patterns = [
    canonicalNames ? 'canonical types, `custom.<name>` included' : 'the names above',
    '`*`',
    ...(entityWildcards ? ['`entity.*`'] : []),
    ...(customEvents ? ['`Name=canonical.type`, for events that the vendor has beyond its document'] : []),
  ];
  return `A subscription asks for ${patterns.slice(0, -1).join(', ')} or ${patterns.at(-1) ?? ''}.`;
}

function signature({ signature: { header, description } }: Dialect): string {
  return header === null ? prose(description) : `${code(header)}: ${prose(description)}`;
}

function policy({ policy: rules }: Dialect): string {
  return bullets([
    `A receiver has ${rules.timeoutMs / 1000} s for the whole exchange.`,
    `${rules.retryDelaysSeconds.length + 1} attempts: at once, then after ${retries(rules)}.`,
    `Giving up: ${givingUp(rules)}.`,
  ]);
}

function inbound({ name, inbound: half }: Dialect): string {
  const { authenticity, sourceRules, ingestPaths, sameEvent, answer } = half;
  return bullets([
    `Authentic by: ${prose(authenticity)}`,
    `The same event when: ${sameness(sameEvent)}.`,
    `${code('POST /v1/sources')} takes ${sourceFields(name, sourceRules)}.`,
    ingestPaths.length === 0
      ? 'One address for all events.'
      : `One address per event: ${ingestPaths.map(({ segment, eventName }) => `${code(`…/${segment}`)} for ${code(eventName)}`).join(', ')}.`,
    `The vendor is answered ${answer.status} ${code(answer.body)}.`,
  ]);
}

function sameness(rule: SamenessRule): string {
  switch (rule.kind) {
    case 'id':
      return `it has the id of one that was accepted within ${rule.hours / 24} days`;
    case 'body':
      return `it has the body of one that was accepted within ${rule.hours} h`;
    case 'entity_state':
      return 'event and state equal the newest accepted ones of that entity';
  }
}

function sourceFields(name: string, rules: SourceRules): string {
  const auth = `\`auth\` of type ${rules.authTypes.map(code).join(', ')}`;
  const secret = { always: ['`secret`'], with_hmac: ['`secret` (with `auth` of type `hmac`)'], never: [] };
  const fields = [
    `\`dialect: "${name}"\``,
    '`name`',
    ...secret[rules.secret],
    ...(rules.authTypes.length > 0 ? [`${auth}${rules.authRequired ? ' (required)' : ''}`] : []),
    ...(rules.fetches ? ['`fetch` (base address and login: its events are thin)'] : []),
    ...(rules.tiedEvents ? ['`events` (`Name=canonical.type`)'] : []),
  ];
  return `${fields.slice(0, -1).join(', ')} and ${fields.at(-1) ?? ''}`;
}

/** Events with the same fields share a table. */
function fields(dialect: Dialect): string {
  const groups = new Map<string, { events: string[]; rows: FieldRow[] }>();
  const rows = describeFields(dialect);
  for (const { name } of dialect.events) {
    const own = rows.filter(({ event }) => event === name);
    const key = JSON.stringify(own.map(({ event: _event, ...field }) => field));
    const group = groups.get(key) ?? { events: [], rows: own };
    group.events.push(name);
    groups.set(key, group);
  }
  return [...groups.values()].map((group) => fieldTable(dialect, group.events, group.rows)).join('\n\n');
}

function fieldTable(dialect: Dialect, names: readonly string[], rows: readonly FieldRow[]): string {
  const isAll = names.length === dialect.events.length;
  const summary = isAll ? 'All events' : names.map(htmlCode).join(', ');
  const content = table(
    ['field', 'canonical'],
    rows.map(({ part, vendorPath, canonicalPath, note }) => [
      part === 'body' ? code(vendorPath) : `${code(vendorPath)} (${part})`,
      note === undefined ? code(canonicalPath) : `${code(canonicalPath)} (${note})`,
    ]),
  );
  return collapsed(`${summary}: ${rows.length} fields`, content);
}

function examples(dialect: Dialect): string {
  return dialect.events
    .map(({ name }) => collapsed(htmlCode(name), jsonBlock(exampleBody(dialect, name))))
    .join('\n\n');
}

function exampleBody(dialect: Dialect, eventName: string): string {
  const event = dialect.exampleOf(eventName);
  if (!event) throw new Error(`${dialect.name} has no example of ${eventName}.`);
  return dialect.encode(event, { eventName, includeFiles: true }).body;
}
