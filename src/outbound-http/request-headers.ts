/**
 * Checks the headers of a request before the HTTP client sees them: a request that the client itself refuses leaves one
 * connection of its pool marked busy for good, so a few bad requests would close an origin.
 */
const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** They describe the connection and the message, which are this module's. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

export type RequestHeaders =
  { readonly list: string[]; readonly refusal: null } | { readonly list: null; readonly refusal: string };

/** Names and values in turn. Answers are asked for uncompressed: they are recorded as they come. */
export function requestHeaders(headers: Readonly<Record<string, string>>): RequestHeaders {
  const list = ['accept-encoding', 'identity'];
  for (const name of Object.keys(headers)) {
    const lowerName = name.toLowerCase();
    const value = headers[name] ?? '';
    if (lowerName === 'accept-encoding') continue;
    if (OWN_HEADERS.has(lowerName)) return { list: null, refusal: `The header ${lowerName} can not be set.` };
    if (!NAME.test(lowerName)) return { list: null, refusal: 'The name of a header is not valid.' };
    if (!VALUE.test(value)) return { list: null, refusal: `The value of the header ${lowerName} is not valid.` };
    list.push(name, value);
  }
  return { list, refusal: null };
}
