const NOTHING: Buffer = Buffer.alloc(0);

/** Keeps the first bytes of an answer, in at most one buffer of that size however small the pieces are it comes in. */
export class CappedBody {
  private kept = NOTHING;
  private keptBytes = 0;
  receivedBytes = 0;

  constructor(readonly maxBytes: number) {}

  get isTruncated(): boolean {
    return this.receivedBytes > this.maxBytes;
  }

  get bytes(): Buffer {
    return this.kept.subarray(0, this.keptBytes);
  }

  add(chunk: Buffer): void {
    this.receivedBytes += chunk.length;
    const piece = chunk.subarray(0, this.maxBytes - this.keptBytes);
    if (piece.length === 0) return;
    if (this.keptBytes === 0) this.kept = piece;
    else this.append(piece);
    this.keptBytes += piece.length;
  }

  private append(piece: Buffer): void {
    if (this.kept.length < this.maxBytes) {
      const whole = Buffer.allocUnsafe(this.maxBytes);
      this.kept.copy(whole);
      this.kept = whole;
    }
    piece.copy(this.kept, this.keptBytes);
  }
}
