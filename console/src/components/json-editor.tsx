import { Button, Stack, Text, Textarea } from '@mantine/core';
import { findNodeAtLocation, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { useRef } from 'react';
import classes from './json-editor.module.css';
import { Notice } from './notice';

export interface JsonProblem {
  /** As the API names it: `data.application.id`. */
  readonly field: string;
  readonly message: string;
}

interface Props {
  readonly label: string;
  readonly description?: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
  /** What the API found wrong with it. */
  readonly problems: readonly JsonProblem[];
}

interface Place {
  readonly line: number;
  readonly offset: number;
  readonly length: number;
}

/** JSON to be written by hand; what is wrong with it is said with the line, and a click leads there. */
export function JsonEditor({ label, description, value, onChange, problems }: Props) {
  const area = useRef<HTMLTextAreaElement>(null);
  const mistake = syntaxMistake(value);
  const shown = mistake ? [mistake] : problems.map((problem) => ({ ...problem, place: placeOf(value, problem.field) }));
  const show = ({ offset, length }: Place) => {
    area.current?.focus();
    area.current?.setSelectionRange(offset, offset + length);
  };
  return (
    <Stack gap="sm">
      <Textarea
        ref={area}
        label={label}
        description={description}
        value={value}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
        error={shown.length > 0}
        classNames={{ input: classes.text }}
        autosize
        minRows={12}
        maxRows={32}
        spellCheck={false}
        autoComplete="off"
      />
      {shown.length > 0 && (
        <Notice tone="bad" role="alert" title={mistake ? 'This is not JSON yet' : 'The hub does not accept it'}>
          <ul className={classes.problems}>
            {shown.map(({ field, message, place }) => (
              <li key={field + message}>
                {field !== '' && <strong>{field}</strong>} <Text span>{message}</Text>{' '}
                {place && (
                  <Button variant="subtle" size="compact-xs" onClick={() => show(place)}>
                    Line {place.line}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        </Notice>
      )}
    </Stack>
  );
}

export function isJson(text: string): boolean {
  return syntaxMistake(text) === null;
}

function syntaxMistake(text: string): (JsonProblem & { readonly place: Place }) | null {
  const errors: ParseError[] = [];
  parseTree(text, errors, { disallowComments: true });
  const [first] = errors;
  if (!first) return null;
  const words = printParseErrorCode(first.error)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
  return { field: '', message: `${words[0]?.toUpperCase() ?? ''}${words.slice(1)}.`, place: at(text, first) };
}

/** Where a field stands, or else the nearest thing around it that is there. */
function placeOf(text: string, field: string): Place | null {
  const root = parseTree(text);
  if (!root) return null;
  const path = field
    .split(/[.[\]]+/)
    .filter((part) => part !== '')
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  for (let depth = path.length; depth > 0; depth--) {
    const node = findNodeAtLocation(root, path.slice(0, depth));
    if (node) return at(text, node.parent?.type === 'property' ? node.parent : node);
  }
  return null;
}

function at(text: string, { offset, length }: { readonly offset: number; readonly length: number }): Place {
  return { line: text.slice(0, offset).split('\n').length, offset, length };
}
