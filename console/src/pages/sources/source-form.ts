import type { Schema } from '../../api/client';
import { fieldProblems } from '../../api/problem';

/** What is filled in about a source, and what the API is told of it. */

type Create = Schema<'CreateSourceDto'>;
type Update = Schema<'UpdateSourceDto'>;
type Auth = NonNullable<Create['auth']>;
export type AuthKind = Auth['type'];

export const NO_AUTH = 'none';
/** What is set already and not shown stays as it is. */
export const KEEP = 'keep';

export const AUTH_KINDS: Readonly<Record<AuthKind, string>> = {
  basic: 'HTTP Basic: a user name and a password',
  bearer: 'A bearer token',
  header: 'A header with a fixed value',
  hmac: 'A header with an HMAC-SHA256 of the body',
  hook_secret: 'The X-Hook-Secret that the vendor confirms the address with',
};

/** How its calls are recognised, without the marks of code. */
export function authenticityOf({ authenticity }: Schema<'SourceRulesDto'>): string {
  return authenticity.replaceAll('`', '');
}

export interface SourceFields {
  readonly name: string;
  readonly secret: string;
  readonly authKind: string;
  readonly username: string;
  readonly password: string;
  readonly token: string;
  readonly header: string;
  readonly value: string;
  readonly encoding: string;
  readonly prefix: string;
  readonly fetchUrl: string;
  readonly fetchUsername: string;
  readonly fetchPassword: string;
  readonly events: string[];
}

const EMPTY: SourceFields = {
  name: '',
  secret: '',
  authKind: NO_AUTH,
  username: '',
  password: '',
  token: '',
  header: '',
  value: '',
  encoding: 'hex',
  prefix: '',
  fetchUrl: '',
  fetchUsername: '',
  fetchPassword: '',
  events: [],
};

export function newFields(name: string, rules: Schema<'SourceRulesDto'>): SourceFields {
  return { ...EMPTY, name, authKind: rules.auth_required ? '' : NO_AUTH };
}

export function fieldsOf(source: Schema<'SourceDto'>): SourceFields {
  return {
    ...EMPTY,
    name: source.name,
    authKind: source.auth_type === null ? NO_AUTH : KEEP,
    fetchUrl: source.fetch_base_url ?? '',
    events: source.events,
  };
}

export function toCreate(dialect: string, fields: SourceFields): Create {
  const auth = authOf(fields);
  const fetch = fetchOf(fields);
  return {
    dialect,
    name: fields.name,
    ...(fields.secret !== '' && { secret: fields.secret }),
    ...(auth && { auth }),
    ...(fetch && { fetch }),
    ...(fields.events.length > 0 && { events: fields.events }),
  };
}

/** Only what was changed. */
export function toUpdate(source: Schema<'SourceDto'>, fields: SourceFields): Update {
  const isSameFetch = fields.fetchUrl.trim() === (source.fetch_base_url ?? '') && fields.fetchUsername === '';
  const hadAuth = source.auth_type !== null;
  const keepsAuth = fields.authKind === KEEP || (fields.authKind === NO_AUTH && !hadAuth);
  return {
    name: fields.name,
    ...(!keepsAuth && { auth: authOf(fields) }),
    ...(!isSameFetch && { fetch: fetchOf(fields) }),
    ...(fields.events.join() !== source.events.join() && { events: fields.events }),
  };
}

function authOf(fields: SourceFields): Auth | null {
  const { header, username, password, token, value, encoding, prefix } = fields;
  switch (fields.authKind) {
    case 'basic':
      return { type: 'basic', username, password };
    case 'bearer':
      return { type: 'bearer', token };
    case 'header':
      return { type: 'header', name: header, value };
    case 'hmac':
      return {
        type: 'hmac',
        header,
        encoding: encoding === 'base64' ? 'base64' : 'hex',
        ...(prefix !== '' && { prefix }),
      };
    case 'hook_secret':
      return { type: 'hook_secret' };
    default:
      return null;
  }
}

function fetchOf({ fetchUrl, fetchUsername, fetchPassword }: SourceFields): Create['fetch'] {
  if (fetchUrl.trim() === '') return null;
  return { base_url: fetchUrl.trim(), username: fetchUsername, password: fetchPassword };
}

/** The messages of a 422 by field of the form. */
export function sourceProblems(error: unknown): Readonly<Record<string, string>> {
  const { auth, fetch, ...others } = fieldProblems(error);
  return { ...others, ...(auth !== undefined && { authKind: auth }), ...(fetch !== undefined && { fetchUrl: fetch }) };
}
