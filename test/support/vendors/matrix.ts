/** Counts what became of every event in every dialect, and prints it as a table. */
export class Matrix {
  private readonly cells = new Map<string, { delivered: number; notExpressible: number }>();

  constructor(private readonly dialects: readonly string[]) {}

  note(from: string, to: string, isDelivered: boolean): void {
    const cell = this.cells.get(`${from} ${to}`) ?? { delivered: 0, notExpressible: 0 };
    cell[isDelivered ? 'delivered' : 'notExpressible']++;
    this.cells.set(`${from} ${to}`, cell);
  }

  /** `delivered / not expressible`, a row for each source. */
  toString(): string {
    const rows = this.dialects.map((from) => [from, ...this.dialects.map((to) => this.cellText(from, to))]);
    const width = Math.max(...[...rows.flat(), ...this.dialects].map(({ length }) => length)) + 2;
    const lines = [['in \\ out', ...this.dialects], ...rows].map((row) =>
      row.map((cell, column) => (column === 0 ? cell.padEnd(width) : cell.padStart(width))).join(''),
    );
    const total = [...this.cells.values()].reduce((sum, { delivered }) => sum + delivered, 0);
    return [
      'Vendors’ webhooks in, every dialect out (events delivered and verified / not expressible):',
      ...lines,
      `${total} deliveries received and compared field by field.`,
    ].join('\n');
  }

  private cellText(from: string, to: string): string {
    const cell = this.cells.get(`${from} ${to}`);
    return cell ? `${cell.delivered} / ${cell.notExpressible}` : '–';
  }
}
