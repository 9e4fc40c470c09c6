import { Fragment, type ReactNode } from 'react';

/** After dots, dashes and slashes, and before the next word of a name like `ProcessStepChange`. */
const BREAKS = /[._/:?&=,-](?=\w)|[a-z\d](?=[A-Z])/g;
const MARK = '\u0000';

/** Lets a name or an address go on in the next line between its parts, before it breaks within a word. */
export function breakable(text: ReactNode): ReactNode {
  if (typeof text !== 'string') return text;
  const parts = text.replace(BREAKS, `$&${MARK}`).split(MARK);
  return parts.map((part, index) => (
    <Fragment key={index}>
      {index > 0 && <wbr />}
      {part}
    </Fragment>
  ));
}
