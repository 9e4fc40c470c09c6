import type { ReactNode } from 'react';
import { Notice } from './notice';
import { Tag } from './tag';
import { TimeAgo } from './time-ago';

/** Beside the title of what was about somebody who was erased. */
export function ErasedTag() {
  return <Tag>erased</Tag>;
}

interface Props {
  readonly at: string;
  /** What is left. */
  readonly children: ReactNode;
}

export function ErasedNotice({ at, children }: Props) {
  return (
    <Notice tone="info" title="The person whom this event was about was erased">
      What it said is gone, <TimeAgo at={at} />. {children}
    </Notice>
  );
}
