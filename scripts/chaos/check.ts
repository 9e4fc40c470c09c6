/** One thing that has to be so, whatever was killed. */
export interface Check {
  readonly name: string;
  /** Figures that go with it. */
  readonly note?: string;
  /** A sentence each; none: it is so. */
  readonly violations: readonly string[];
}

/** How many calls the kills explain that receivers got and the hub did not record. */
export interface Bound {
  readonly kills: number;
  readonly callsUnrecorded: number;
}
