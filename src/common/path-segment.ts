/** Any text as one segment of a URL's path. Half a surrogate pair, which has no UTF-8 form, becomes U+FFFD. */
export function pathSegment(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\uFFFD'));
}
