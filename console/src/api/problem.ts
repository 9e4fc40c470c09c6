import type { components } from './schema';

type ProblemDto = components['schemas']['ProblemDto'];

/** What went wrong, in words for people. */
export interface ShownProblem {
  readonly title: string;
  readonly detail: string;
  /** What to do about it. */
  readonly advice: string;
  readonly requestId: string | null;
}

function isProblem(error: unknown): error is ProblemDto {
  return typeof error === 'object' && error !== null && 'code' in error && 'request_id' in error;
}

export function isUnauthorized(error: unknown): boolean {
  return isProblem(error) && error.code === 'unauthorized';
}

/** Worth asking again: nobody answered, or the hub said that it cannot just now. */
export function mayPass(error: unknown): boolean {
  return !isProblem(error) || error.status === 429 || error.status >= 500;
}

export function showProblem(error: unknown): ShownProblem {
  if (!isProblem(error)) {
    return {
      title: 'The hub did not answer',
      detail: error instanceof Error ? error.message : 'The answer could not be read.',
      advice: 'Check that the hub is running and that this browser can reach it, then try again.',
      requestId: null,
    };
  }
  return { title: error.title, detail: error.detail, advice: adviceFor(error), requestId: error.request_id };
}

function adviceFor({ status }: ProblemDto): string {
  if (status === 403) return 'Sign in with a key of another role, or ask an administrator of your account.';
  if (status === 404) return 'It may have been deleted, or belong to another account. Go back to the list.';
  if (status === 429) return 'Too many requests at once: wait a moment, then try again.';
  if (status === 503) return 'The hub cannot reach its database just now: try again in a moment.';
  if (status >= 500) return 'Try again. If it stays so, look for the request id in the logs of the hub.';
  return 'Change what is named above, then try again.';
}

/** The messages of a 422 by field; `events[2]` and `auth.token` belong to the fields `events` and `auth`. */
export function fieldProblems(error: unknown): Readonly<Record<string, string>> {
  if (!isProblem(error)) return {};
  const messages: Record<string, string> = {};
  for (const { field, message } of error.errors ?? []) {
    const name = /^[^.[]+/.exec(field)?.[0] ?? field;
    const text = name === field ? message : `${field} ${message}`;
    messages[name] = messages[name] === undefined ? text : `${messages[name]}; ${text}`;
  }
  return messages;
}

/** The messages of a 422 as they came, each with the whole name of its field. */
export function listedProblems(error: unknown): readonly { readonly field: string; readonly message: string }[] {
  return isProblem(error) ? (error.errors ?? []) : [];
}
