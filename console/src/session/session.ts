import { useSyncExternalStore } from 'react';

/** The API key that the console works with: for this tab, or for this device when asked to. */

interface Session {
  readonly key: string | null;
  /** Why there is none any more, if it was not the user's wish. */
  readonly message: string | null;
}

const NAME = 'ats-hub.api-key';

let session: Session = { key: sessionStorage.getItem(NAME) ?? localStorage.getItem(NAME), message: null };
const listeners = new Set<() => void>();

function become(next: Session): void {
  session = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function currentKey(): string | null {
  return session.key;
}

export function signIn(key: string, staySignedIn: boolean): void {
  forget();
  (staySignedIn ? localStorage : sessionStorage).setItem(NAME, key);
  become({ key, message: null });
}

export function signOut(message: string | null = null): void {
  if (session.key === null) return;
  forget();
  become({ key: null, message });
}

function forget(): void {
  sessionStorage.removeItem(NAME);
  localStorage.removeItem(NAME);
}

export function useSession(): Session {
  return useSyncExternalStore(subscribe, () => session);
}

// Signing out in one tab signs out the others that share the key.
addEventListener('storage', ({ key, newValue }) => {
  if (key === NAME && newValue === null && sessionStorage.getItem(NAME) === null) become({ key: null, message: null });
});
