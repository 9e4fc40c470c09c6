/**
 * Many byte strings as one parameter: `pg` sends an array of Buffers as escaped hex text, but one Buffer as it is.
 * In SQL each is `substring($bytes FROM start FOR length)`.
 */
export interface PackedBytes {
  readonly bytes: Buffer;
  /** 1-based, as `substring` counts. */
  readonly starts: number[];
  readonly lengths: number[];
}

export function packBytes(parts: readonly Buffer[]): PackedBytes {
  const starts: number[] = [];
  const lengths: number[] = [];
  let start = 1;
  for (const part of parts) {
    starts.push(start);
    lengths.push(part.length);
    start += part.length;
  }
  return { bytes: Buffer.concat(parts), starts, lengths };
}
