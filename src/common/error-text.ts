/** What an error may say in a log. Messages of some errors quote the data that they are about. */

/** SQLSTATE class "data exception": the value that does not fit stands quoted in the message. */
const DATA_EXCEPTION = /^22[0-9A-Z]{3}$/;
/** V8 quotes the text that it could not parse. */
const JSON_QUOTED = /is not valid JSON$|in JSON at position \d+/;

/** Its class and message, but for what the message quotes of somebody's data. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return `${error.name}: ${safeMessage(error)}`;
}

/** The same, and where it was thrown. */
export function errorWithStack(error: unknown): string {
  const frames = error instanceof Error ? (error.stack?.match(/^ +at .*$/gm) ?? []) : [];
  return [errorText(error), ...frames].join('\n');
}

function safeMessage(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  if (error instanceof SyntaxError && JSON_QUOTED.test(error.message)) return 'the text is not valid JSON';
  if (code !== undefined && DATA_EXCEPTION.test(code)) return error.message.replace(/".*"/s, '"…"');
  return error.message;
}
