/** Keys of every role, another account's admin, and partners: who a test speaks as. */
import type { ApiClient } from './api-client.js';

export type Role = 'admin' | 'producer' | 'viewer';

/** A new key of a role, in the account of `asKey` (the first account's, unless told). */
export async function makeKey(hub: ApiClient, role: Role, asKey = hub.adminKey): Promise<string> {
  return created<{ key: string }>(hub, '/v1/api-keys', { name: `A ${role}`, role }, asKey).then(({ key }) => key);
}

export interface TestPartner {
  readonly id: string;
  readonly key: string;
}

/** A partner with a key of its own. `fields` as in `POST /v1/partners`. */
export async function makePartner(
  hub: ApiClient,
  fields: Readonly<Record<string, unknown>> = {},
  asKey = hub.adminKey,
): Promise<TestPartner> {
  const { id } = await created<{ id: string }>(hub, '/v1/partners', { name: 'A partner', ...fields }, asKey);
  const body = { name: 'Its key', role: 'partner', partner_id: id };
  const { key } = await created<{ key: string }>(hub, '/v1/api-keys', body, asKey);
  return { id, key };
}

/** Another account's admin key. */
export async function makeAccount(hub: ApiClient, name = 'Another account'): Promise<string> {
  const { api_key } = await created<{ api_key: { key: string } }>(hub, '/v1/accounts', { name }, hub.adminKey);
  return api_key.key;
}

async function created<Body>(hub: ApiClient, path: string, body: object, key: string): Promise<Body> {
  const answer = await hub.post(path, body, { key });
  if (answer.status !== 201) throw new Error(`POST ${path} was refused: ${answer.text}`);
  return answer.body as Body;
}
