import type { ReactNode } from 'react';
import { api } from '../api/client';
import { breakable } from './breakable';
import { TextLink } from './links';

/** Links to what other areas of the console show. */

interface Props {
  readonly id: string;
  readonly children?: ReactNode;
}

export function EventLink({ id, children = id }: Props) {
  return (
    <TextLink inherit to="/events/$id" params={{ id }}>
      {children}
    </TextLink>
  );
}

const MANY = 200;
const NAMES_FRESH_MS = 60_000;

/** A subscription by the name that people gave it, else by its address. */
export function SubscriptionLink({ id, children }: Props) {
  return (
    <TextLink inherit to="/subscriptions/$id" params={{ id }}>
      {children ?? <SubscriptionName id={id} />}
    </TextLink>
  );
}

/** One request names most of them, however many rows a page has. */
export function SubscriptionName({ id }: { readonly id: string }) {
  const many = api.useQuery(
    'get',
    '/v1/subscriptions',
    { params: { query: { limit: MANY } } },
    { staleTime: NAMES_FRESH_MS },
  );
  const listed = many.data?.data.find((subscription) => subscription.id === id);
  const one = api.useQuery(
    'get',
    '/v1/subscriptions/{id}',
    { params: { path: { id } } },
    { enabled: many.isFetched && !listed, staleTime: NAMES_FRESH_MS },
  );
  const found = listed ?? one.data;
  return breakable(found ? (found.name ?? found.url) : id);
}
