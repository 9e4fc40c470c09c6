import { useEffect } from 'react';

/** Names the document: in the browser's tab, its history, and to who hears it. */
export function useDocumentTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · ATS Integration Hub`;
  }, [title]);
}
