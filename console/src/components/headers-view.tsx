import { JsonView } from './json-view';

type Headers = Readonly<Record<string, string | readonly string[]>>;

/** HTTP headers as they go over the wire, one a line. */
export function HeadersView({ headers, label }: { readonly headers: Headers; readonly label: string }) {
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    (typeof value === 'string' ? [value] : value).map((one) => `${name}: ${one}`),
  );
  return <JsonView value={lines.join('\n')} label={label} maxHeight="short" />;
}
