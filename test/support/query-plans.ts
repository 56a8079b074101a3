import type { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';

/**
 * Statements that the store has run and that would slow down with the data: those that walk a whole table, and those that
 * collect every match to sort it. Empty when all is well.
 */
export function slowQueries(store: SqliteStore): { sql: string; plan: string }[] {
  return store.queryPlans().filter(({ sql, plan }) => {
    if (!sql.startsWith('SELECT')) return false;
    const walks = /SCAN (?!\(|CONSTANT)/.test(plan) && !isWholeListInOrder(sql, plan);
    const sorts = plan.includes('TEMP B-TREE') && !sql.includes(' UNION ALL ');
    return walks || sorts;
  });
}

/** A list or a count without a condition reads along an index and stops at its limit. */
function isWholeListInOrder(sql: string, plan: string): boolean {
  return !sql.includes(' WHERE ') && / USING (COVERING )?INDEX /.test(plan);
}
