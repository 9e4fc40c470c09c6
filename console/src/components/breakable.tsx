import { Fragment, type ReactNode } from 'react';

const PARTS = /[^._/:?&=,-]*[._/:?&=,-]+|[^._/:?&=,-]+/g;

/** Lets a name or an address go on in the next line after its dots, dashes and slashes, before it breaks within a word. */
export function breakable(text: ReactNode): ReactNode {
  if (typeof text !== 'string') return text;
  return text.match(PARTS)?.map((part, index) => (
    <Fragment key={index}>
      {index > 0 && <wbr />}
      {part}
    </Fragment>
  ));
}
