import { useMemo } from 'react';
import { CopyButton } from './copy-button';
import classes from './json-view.module.css';

interface Props {
  readonly value: unknown;
  /** What it is, for those who cannot see it: “Body”. */
  readonly label: string;
  readonly maxHeight?: 'short' | 'tall';
}

/** Beyond it colours cost more than they help. */
const MAX_COLOURED_CHARACTERS = 60_000;
const TOKEN = /("(?:\\.|[^"\\])*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** JSON with its colours and a copy button. A text that is JSON is shown as such, any other as it is. */
export function JsonView({ value, label, maxHeight = 'tall' }: Props) {
  const { text, isJson } = useMemo(() => textOf(value), [value]);
  const isColoured = isJson && text.length <= MAX_COLOURED_CHARACTERS;
  const parts = useMemo(() => (isColoured ? colour(text) : [text]), [text, isColoured]);
  return (
    <div className={classes.frame}>
      <div className={classes.copy}>
        <CopyButton value={text} label={`Copy: ${label}`} />
      </div>
      <pre className={classes.text} data-height={maxHeight} tabIndex={0} role="region" aria-label={label}>
        {parts}
      </pre>
    </div>
  );
}

function textOf(value: unknown): { readonly text: string; readonly isJson: boolean } {
  if (typeof value !== 'string') return { text: JSON.stringify(value, null, 2) ?? '', isJson: true };
  try {
    return { text: JSON.stringify(JSON.parse(value), null, 2), isJson: true };
  } catch {
    return { text: value, isJson: false };
  }
}

function colour(text: string) {
  const parts: React.ReactNode[] = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [token, quoted, colon] = match;
    parts.push(text.slice(end, match.index));
    const kind = quoted === undefined ? classes.literal : colon === undefined ? classes.string : classes.key;
    parts.push(
      <span key={match.index} className={kind}>
        {quoted ?? token}
      </span>,
      colon,
    );
    end = match.index + token.length;
  }
  parts.push(text.slice(end));
  return parts;
}
