import { type ReactNode, useMemo } from 'react';
import classes from './code-view.module.css';
import { CopyButton } from './copy-button';

interface Props {
  readonly code: string;
  readonly fileName: string;
  /** What it is, for those who cannot see it: “Receiver in Node”. */
  readonly label: string;
  readonly maxHeight?: 'short' | 'tall';
}

/** A comment that has a line to itself, or a text. */
const TOKEN = /^[ \t]*(?:\/\/|\/\*\*|#|""").*$|'[^'\n]*'|"[^"\n]*"|`[^`]*`/gm;

/** A program, with its comments and texts set apart and a copy button. Long lines are scrolled to, not broken. */
export function CodeView({ code, fileName, label, maxHeight = 'tall' }: Props) {
  const parts = useMemo(() => colour(code), [code]);
  return (
    <div className={classes.frame}>
      <div className={classes.head}>
        {fileName}
        <CopyButton value={code} label={`Copy: ${label}`} />
      </div>
      <pre className={classes.text} data-height={maxHeight} tabIndex={0} role="region" aria-label={label}>
        {parts}
      </pre>
    </div>
  );
}

function colour(code: string): ReactNode[] {
  const parts: ReactNode[] = [];
  let end = 0;
  for (const match of code.matchAll(TOKEN)) {
    const [token] = match;
    parts.push(code.slice(end, match.index));
    const kind = /^['"`](?!"")/.test(token) ? classes.string : classes.comment;
    parts.push(
      <span key={match.index} className={kind}>
        {token}
      </span>,
    );
    end = match.index + token.length;
  }
  parts.push(code.slice(end));
  return parts;
}
