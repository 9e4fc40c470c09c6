import type { ReactNode } from 'react';
import { useSubscriptionName } from '../api/subscription-names';
import { breakable } from './breakable';
import { TextLink } from './links';
import { Tag } from './tag';

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

/** A subscription by the name that people gave it, else by its address. A deleted one has no page to lead to. */
export function SubscriptionLink({ id, children }: Props) {
  const name = useSubscriptionName(id);
  if (name?.isDeleted) return <SubscriptionName id={id} />;
  return (
    <TextLink inherit to="/subscriptions/$id" params={{ id }}>
      {children ?? (name ? breakable(name.label) : id)}
    </TextLink>
  );
}

export function SubscriptionName({ id }: { readonly id: string }) {
  const name = useSubscriptionName(id);
  if (!name) return id;
  if (!name.isDeleted) return breakable(name.label);
  return (
    <>
      {breakable(name.label)} <Tag>deleted</Tag>
    </>
  );
}
