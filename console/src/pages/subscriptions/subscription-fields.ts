import type { Schema } from '../../api/client';
import { fromJsonText, toJsonText } from '../../components/json-text';

export type AuthType = 'none' | 'keep' | 'basic' | 'bearer' | 'header' | 'hmac';

/** What the form holds: texts as they are typed. */
export interface SubscriptionFields {
  readonly url: string;
  readonly events: string[];
  readonly name: string;
  readonly description: string;
  readonly secret: string;
  readonly auth: AuthFields;
  /** `null`: those that are set stay as they are; they are not shown, so they cannot be edited one by one. */
  readonly headers: { readonly name: string; readonly value: string }[] | null;
  readonly timeoutMs: number | '';
  readonly rateLimit: number | '';
  readonly includeFiles: boolean;
  readonly filter: string;
}

export interface AuthFields {
  readonly type: AuthType;
  readonly username: string;
  readonly password: string;
  readonly token: string;
  readonly header: string;
  readonly value: string;
  readonly encoding: 'hex' | 'base64';
  readonly prefix: string;
}

const NO_AUTH: AuthFields = {
  type: 'none',
  username: '',
  password: '',
  token: '',
  header: '',
  value: '',
  encoding: 'hex',
  prefix: '',
};

export const EMPTY_FIELDS: SubscriptionFields = {
  url: '',
  events: [],
  name: '',
  description: '',
  secret: '',
  auth: NO_AUTH,
  headers: [],
  timeoutMs: '',
  rateLimit: '',
  includeFiles: false,
  filter: '',
};

export function fieldsOf(subscription: Schema<'SubscriptionDto'>): SubscriptionFields {
  return {
    ...EMPTY_FIELDS,
    url: subscription.url,
    events: [...subscription.events],
    name: subscription.name ?? '',
    description: subscription.description ?? '',
    auth: { ...NO_AUTH, type: subscription.auth_type === null ? 'none' : 'keep' },
    headers: subscription.header_names.length > 0 ? null : [],
    timeoutMs: subscription.timeout_ms ?? '',
    rateLimit: subscription.rate_limit ?? '',
    includeFiles: subscription.include_files,
    filter: toJsonText(subscription.filter),
  };
}

export function toCreation(dialect: string, fields: SubscriptionFields): Schema<'CreateSubscriptionDto'> {
  return {
    ...toChanges(fields),
    url: fields.url,
    events: fields.events,
    dialect,
    ...(fields.secret !== '' && { secret: fields.secret }),
  };
}

export function toChanges(fields: SubscriptionFields): Schema<'UpdateSubscriptionDto'> {
  return {
    url: fields.url,
    events: fields.events,
    name: fields.name || null,
    description: fields.description || null,
    ...(fields.auth.type !== 'keep' && { auth: authOf(fields.auth) }),
    ...(fields.headers && { headers: headersOf(fields.headers) }),
    timeout_ms: fields.timeoutMs === '' ? null : fields.timeoutMs,
    rate_limit: fields.rateLimit === '' ? null : fields.rateLimit,
    include_files: fields.includeFiles,
    filter: fromJsonText(fields.filter),
  };
}

function authOf(auth: AuthFields): Schema<'CreateSubscriptionDto'>['auth'] {
  const { username, password, token, header, value, encoding, prefix } = auth;
  switch (auth.type) {
    case 'basic':
      return { type: 'basic', username, password };
    case 'bearer':
      return { type: 'bearer', token };
    case 'header':
      return { type: 'header', name: header, value };
    case 'hmac':
      return { type: 'hmac', header, encoding, ...(prefix !== '' && { prefix }) };
    default:
      return null;
  }
}

function headersOf(rows: NonNullable<SubscriptionFields['headers']>): Record<string, string> | null {
  const entries = rows.filter(({ name }) => name !== '').map(({ name, value }) => [name, value] as const);
  return entries.length > 0 ? Object.fromEntries(entries) : null;
}
