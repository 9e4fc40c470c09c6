import { type ComponentPropsWithoutRef, useEffect, useRef } from 'react';

interface Props extends ComponentPropsWithoutRef<'form'> {
  /** Why the hub refused what was sent; `null`: it did not. */
  readonly refusal: unknown;
}

/** A field, or the group of fields that a message stands at. */
const WRONG = '[aria-invalid="true"], .mantine-InputWrapper-root:has(> .mantine-InputWrapper-error)';
/** Not the buttons that remove what has been entered: those are for the mouse. */
const FOCUSABLE =
  ':is(input:not([type="hidden"]), textarea, button):not([tabindex="-1"], [aria-hidden="true"], :disabled)';

/** A form that, as soon as it is refused, shows the first field that is wrong and puts the focus there. */
export function Form({ refusal, ...props }: Props) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (refusal !== null && form.current) goToFirstWrong(form.current);
  }, [refusal]);
  return <form ref={form} noValidate {...props} />;
}

/** The same where the form itself found something wrong: the second argument of `onSubmit` of a `useForm`. */
export function goToMistake(_errors: unknown, _values: unknown, event: React.FormEvent<HTMLFormElement> | undefined) {
  const form = event?.currentTarget;
  // The messages are drawn when the event is over.
  if (form) setTimeout(() => goToFirstWrong(form));
}

export function goToFirstWrong(form: HTMLFormElement): void {
  const wrong = form.querySelector<HTMLElement>(WRONG);
  const field = wrong?.matches(FOCUSABLE)
    ? wrong
    : (wrong?.querySelector<HTMLElement>(`[aria-invalid="true"]${FOCUSABLE}`) ??
      wrong?.querySelector<HTMLElement>(FOCUSABLE));
  field?.focus({ preventScroll: true });
  // Not to the edge, where the header may cover it, and its label and message with it.
  field?.scrollIntoView({ block: 'center' });
}
