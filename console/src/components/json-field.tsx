import { Textarea, type TextareaProps } from '@mantine/core';
import classes from './json-field.module.css';

/** JSON as it is typed. */
export function JsonField(props: TextareaProps) {
  return (
    <Textarea autosize minRows={2} maxRows={16} spellCheck={false} classNames={{ input: classes.input }} {...props} />
  );
}
