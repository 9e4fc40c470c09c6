/** Events as text, with what parsing and serialising changes and what a careless page would run. */

export const HOSTILE_TEXT = String.raw`"Zoë 名前 🎉 \ud83d\ude00 \u2028 \u0007 </script> \" \\ %s"`;

/** Integer-like keys, a `1.0`, a number that JavaScript rounds: members of a JSON object. */
export const HOSTILE_MEMBERS =
  `"10": "ten", "9": "nine", "b": 1.0, "a": -0.0, "small": 1e-7, "large": 12345678901234567890,` +
  ` "name": ${HOSTILE_TEXT}, "title": ${HOSTILE_TEXT}, "first_name": ${HOSTILE_TEXT}`;

/** The body of `POST /v1/events`. */
export function hostileEvent(type: string): string {
  const entity = type.split('.')[0] ?? '';
  return `{"type": "${type}", "data": {"${entity}": {"id": "a/b 名前", ${HOSTILE_MEMBERS},
    "job": {${HOSTILE_MEMBERS}}, "candidate": {${HOSTILE_MEMBERS}}}}}`;
}
