import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import createFetchClient, { type Middleware } from 'openapi-fetch';
import createQueryClient from 'openapi-react-query';
import { currentKey, signOut } from '../session/session';
import { isUnauthorized, mayPass } from './problem';
import type { components, paths } from './schema';

/** The one way to the API: typed by docs/openapi.json, with the key of the session. */

/** A schema of the API by its name: `Schema<'SubscriptionDto'>`. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name];

const withKey: Middleware = {
  onRequest({ request }) {
    const key = currentKey();
    if (key !== null && !request.headers.has('authorization')) request.headers.set('authorization', `Bearer ${key}`);
    return request;
  },
};

export const fetchClient = createFetchClient<paths>({ baseUrl: '' });
fetchClient.use(withKey);

/** `api.useQuery('get', '/v1/subscriptions', …)` and `api.useMutation('post', …)`. */
export const api = createQueryClient(fetchClient);

const RETRIES = 2;
const FRESH_MS = 5_000;

function leaveWhenUnauthorized(error: unknown): void {
  if (isUnauthorized(error)) signOut('Your API key is no longer accepted: it was deleted or has expired.');
}

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: leaveWhenUnauthorized }),
  mutationCache: new MutationCache({ onError: leaveWhenUnauthorized }),
  defaultOptions: {
    queries: { staleTime: FRESH_MS, retry: (failures, error) => failures < RETRIES && mayPass(error) },
  },
});

/** Lets every shown list and detail below a path be read again, after a change. */
export function refresh(...prefixes: string[]): Promise<void> {
  return queryClient.invalidateQueries({
    predicate: ({ queryKey: [, path] }) =>
      typeof path === 'string' && prefixes.some((prefix) => path === prefix || path.startsWith(`${prefix}/`)),
  });
}
