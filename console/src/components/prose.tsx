import { Code } from '@mantine/core';

/** A text of the API, with what stands between backticks as code. */
export function Prose({ text }: { readonly text: string }) {
  return text.split('`').map((part, index) => (index % 2 === 1 ? <Code key={index}>{part}</Code> : part));
}
