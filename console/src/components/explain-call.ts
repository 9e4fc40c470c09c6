import type { Schema } from '../api/client';

type Attempt = Schema<'AttemptDto'>;

export interface Explanation {
  readonly title: string;
  readonly advice: string;
}

/** What the hub's codes mean for whoever has to mend the receiver. */
const NO_ANSWER: Readonly<Record<string, Explanation>> = {
  timeout: {
    title: 'The receiver took too long',
    advice: 'Let it answer as soon as it has stored the call, and do the work afterwards.',
  },
  connection_refused: {
    title: 'Nobody listens at that address',
    advice: 'Check that the receiver runs, and that its host and port are those of the address.',
  },
  connection_reset: {
    title: 'The receiver hung up without an answer',
    advice: 'Look for a crash in its logs, or for a proxy before it that closes connections.',
  },
  dns: {
    title: 'The host’s name leads nowhere',
    advice: 'Check the address for a typing mistake, and the DNS record of the host.',
  },
  tls: {
    title: 'No secure connection came about',
    advice: 'Check the certificate: it must be valid for this host, not expired, and complete with its chain.',
  },
  address_not_allowed: {
    title: 'The hub does not call this address',
    advice: 'It leads into a private network. Use a public address, or have the operator allow this one.',
  },
  invalid_answer: {
    title: 'The answer was not valid HTTP',
    advice: 'Check that a web server listens at that port, and what a proxy before it does to answers.',
  },
  connection_failed: {
    title: 'The receiver could not be reached',
    advice: 'Check that it can be reached from where the hub runs.',
  },
  not_sent: {
    title: 'The call was not made',
    advice: 'The event cannot be said in this dialect. Nothing at the receiver has to change.',
  },
};

const STATUSES: Readonly<Record<number, Explanation>> = {
  401: {
    title: 'The receiver did not accept the credentials',
    advice: 'Compare the subscription’s authentication and secret with what the receiver expects.',
  },
  403: {
    title: 'The receiver does not let the hub in',
    advice: 'Look for a failed signature check, or for a firewall that blocks the hub.',
  },
  404: { title: 'There is nothing at that path', advice: 'Check the path of the subscription’s address.' },
  405: { title: 'The receiver takes no POST there', advice: 'Check the path of the subscription’s address.' },
  410: {
    title: 'The receiver says that it is gone for good',
    advice: 'Delete the subscription, or give it another address.',
  },
  413: {
    title: 'The body was too large for the receiver',
    advice: 'Raise the limit of the receiver, or of a proxy before it.',
  },
  429: { title: 'Too many calls for the receiver', advice: 'Set a rate limit on the subscription.' },
};

/** Why a call was no delivery, in words; `null`: it was one. */
export function explainCall({ outcome, response: { status }, error }: Attempt): Explanation | null {
  if (outcome === 'delivered') return null;
  if (error) return NO_ANSWER[error.code] ?? { title: 'The call failed', advice: 'Try again.' };
  const known = STATUSES[status];
  if (known) return known;
  if (status >= 500) {
    return {
      title: 'The receiver failed',
      advice: 'Look into its logs at the time of the call; its answer may say more.',
    };
  }
  if (status >= 300 && status < 400) {
    return {
      title: 'The receiver redirects',
      advice: 'Redirects are not followed: subscribe with the address that it leads to.',
    };
  }
  return { title: `The receiver refused the call (${status})`, advice: 'Its answer may say what it did not like.' };
}

/** The answer in a few characters: `200`, or why there was none. */
export function answerInShort({ response: { status }, error }: Pick<Attempt, 'response' | 'error'>): string {
  return status !== 0 ? String(status) : (error?.code.replaceAll('_', ' ') ?? 'no answer');
}
