/** The value of each character that is a hexadecimal digit. */
const HEX_DIGITS = new Uint8Array(128);
for (const [value, digit] of [...'0123456789abcdef'].entries()) HEX_DIGITS[digit.charCodeAt(0)] = value;
const HYPHEN = '-'.charCodeAt(0);

/** Writes the sixteen bytes of a lower-case UUID; answers where they end. */
export function writeUuid(out: Buffer, uuid: string, offset: number): number {
  let index = 0;
  while (index < uuid.length) {
    if (uuid.charCodeAt(index) === HYPHEN) index++;
    const high = HEX_DIGITS[uuid.charCodeAt(index++)] ?? 0;
    out[offset++] = (high << 4) | (HEX_DIGITS[uuid.charCodeAt(index++)] ?? 0);
  }
  return offset;
}
