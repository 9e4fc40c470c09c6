/** JSON that people type, of an object that may be absent: an empty text. */

type JsonObject = Record<string, unknown>;

export function toJsonText(value: object | null): string {
  return value ? JSON.stringify(value, null, 2) : '';
}

/** For what `jsonMistake` has found nothing wrong with. */
export function fromJsonText(text: string): JsonObject | null {
  return text.trim() === '' ? null : (JSON.parse(text) as JsonObject);
}

/** Why it cannot be read; what it says is for the hub to judge. */
export function jsonMistake(text: string): string | null {
  try {
    fromJsonText(text);
    return null;
  } catch (error) {
    return `is not JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
}
