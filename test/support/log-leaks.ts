/** Looks for secrets and personal data in what hubs have logged. */

export interface Leak {
  /** What was found: never itself shown again where it is a secret. */
  readonly what: string;
  readonly line: string;
}

/** What no line may hold, whoever the people and whatever the secrets of a test are. */
const PATTERNS: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  { what: 'an API key', pattern: /\bhub_[A-Za-z0-9_-]{43}/ },
  { what: 'a signing secret', pattern: /\bwhsec_[A-Za-z0-9+/]{16,}/ },
  { what: 'credentials', pattern: /\b(Bearer|Basic) (?!realm=)[A-Za-z0-9+/=._~-]{8,}/i },
  { what: 'an Authorization header', pattern: /"(proxy-)?authorization\\*":/i },
  { what: 'a signature', pattern: /\bv1[=,]([0-9a-f]{64}|[A-Za-z0-9+/]{43}=)/ },
  { what: 'a password in a URL', pattern: /:\/\/[^\s/:@"]*:[^\s/@"]+@/ },
  { what: 'a token of an address', pattern: /\/in\/[A-Za-z0-9_-]{32}/ },
  { what: 'an e-mail address', pattern: /[\w.+-]+@[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}\b/i },
  {
    what: 'a payload',
    pattern: /"(candidate|application|applicant|first_name|last_name|candidateName|e-?mail|phone|payload)\\*":/,
  },
];

/** What Nest says at every start: names of classes and routes, which are nobody's data. */
const STARTING = /"context":"(InstanceLoader|RoutesResolver|RouterExplorer|NestFactory|NestApplication)"/;

/** A key that is shown once, on purpose, and is no log line. */
const SHOWN_ONCE = /^Admin API key, shown this once: /;

/** `markers`: the secrets, and the names of people and things, that tests have used. */
export function findLeaks(lines: Iterable<string>, markers: Iterable<string> = []): Leak[] {
  const searched = [...new Set(lines)].filter((line) => line !== '' && !SHOWN_ONCE.test(line));
  const byPattern = searched.flatMap((line) =>
    PATTERNS.filter(({ pattern }) => pattern.test(line)).map(({ what }) => ({ what, line })),
  );
  // One search of everything for each marker: only of those few that are found the line is looked for.
  const told = searched.filter((line) => !STARTING.test(line));
  const all = told.join('\n');
  const written = [...markers].flatMap((marker) => [marker, JSON.stringify(marker).slice(1, -1)]);
  const byMarker = [...new Set(written)]
    .filter((marker) => all.includes(marker))
    .map((marker) => ({ what: `"${marker}"`, line: told.find((line) => line.includes(marker)) ?? '' }));
  return [...byPattern, ...byMarker];
}

const SECRET_MEMBER = /(secret|token|password|authorization|api[_-]?key|^value)$/i;
/** People's, and what else a body tells. */
const PERSONAL_MEMBER = /(^name|_name|Name|e_?-?mail|phone|mobile|title|headline|address|linkedin\w*|notes?)$/i;

/**
 * What a body says that no log may repeat. Single words like "string" or "Partner" may stand in a log for other reasons: of what is
 * personal full names, addresses and numbers count, of secrets all that are no plain word.
 */
export function markersIn(body: unknown): Set<string> {
  const found = new Set<string>();
  // Some tests send JSON that is nested more deeply than functions can call each other.
  const left: unknown[] = [body];
  while (left.length > 0) {
    const value = left.pop();
    if (Array.isArray(value)) left.push(...(value as unknown[]));
    else if (typeof value === 'object' && value !== null && !Buffer.isBuffer(value)) {
      for (const [member, inner] of Object.entries(value)) {
        if (typeof inner !== 'string') left.push(inner);
        else if (isMarker(member, inner)) found.add(inner);
      }
    }
  }
  return found;
}

function isMarker(member: string, value: string): boolean {
  if (SECRET_MEMBER.test(member)) return value.length >= 8 && !/^[a-z]+$/.test(value);
  return (
    PERSONAL_MEMBER.test(member) && value.length >= 6 && /[\d\s@]|[^\x20-\x7e]/.test(value) && /[\p{L}\d]/u.test(value)
  );
}
