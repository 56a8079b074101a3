/** A store that tells how it has read. */
export interface PlannedStore {
  queryPlans(): { sql: string; plan: string }[];
}

/** What belongs to one order, invoice or subject is few, however many there are of those. */
const OF_ONE_THING = /"(orderId|invoiceId|subject|documentId|fileId)" = \?/;

/**
 * Statements that the store has run and that would slow down with the data: those that walk a whole table, and those that
 * collect every match to sort it. Empty when all is well.
 */
export function slowQueries(store: PlannedStore): { sql: string; plan: string }[] {
  return store.queryPlans().filter(({ sql, plan }) => {
    if (!sql.startsWith('SELECT')) return false;
    const walks = /SCAN (?!\(|CONSTANT)/.test(plan) && !isWholeListInOrder(sql, plan);
    const sorts = plan.includes('TEMP B-TREE') && !sql.includes(' UNION ALL ') && !OF_ONE_THING.test(sql);
    return walks || sorts;
  });
}

/** A list or a count without a condition, or with that of a partial index alone, reads along an index and stops at its limit. */
function isWholeListInOrder(sql: string, plan: string): boolean {
  const isWhole = !sql.includes(' WHERE ') || / WHERE "\w+" IN \('[^)]*\)( ORDER BY |$)/.test(sql);
  return isWhole && / USING (COVERING )?INDEX /.test(plan);
}
