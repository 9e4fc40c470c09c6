import type { Schema } from '../api/client';

/** What curl works out by itself. */
const LEFT_OUT = ['host', 'content-length', 'connection', 'transfer-encoding', 'accept-encoding'];

/** The same call for a shell. Credentials are masked in the task history, so they are masked here. */
export function curlCommand({ url, headers, body }: Schema<'AttemptRequestDto'>): string {
  const sent = Object.entries(headers).filter(([name]) => !LEFT_OUT.includes(name.toLowerCase()));
  return [
    `curl -i -X POST ${quoted(url)}`,
    ...sent.map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    `--data-raw ${quoted(body)}`,
  ].join(' \\\n  ');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
