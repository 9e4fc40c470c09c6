import type { Transactions } from '../../src/database/transactions.service.js';

/** How PostgreSQL answers what the hub asks it. */

interface PlanNode {
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** Runs statements, answers nothing, and counts the rows that PostgreSQL read for each, over all steps of its plan. */
export class CountingRunner {
  readonly rowsRead: number[] = [];

  constructor(private readonly transactions: Transactions) {}

  async query<Row>(sql: string, parameters?: readonly unknown[]): Promise<Row[]> {
    const explain = `EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`;
    const rows = await this.transactions.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(explain, parameters);
    for (const { 'QUERY PLAN': plans } of rows) this.rowsRead.push(...plans.map(({ Plan }) => rowsRead(Plan)));
    return [];
  }
}

function rowsRead(node: PlanNode): number {
  const own = (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'];
  return (node.Plans ?? []).reduce((sum, inner) => sum + rowsRead(inner), own);
}
