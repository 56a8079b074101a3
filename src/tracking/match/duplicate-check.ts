import type { Context } from './context.ts';
import { findDuplicates } from './duplicates.ts';
import type { DuplicateKind, DuplicateHit, FailCode } from './model.ts';
import type { LineMatch } from './line-match.ts';

const CODES: Readonly<Record<DuplicateKind, FailCode>> = {
  exact: 'DUPLICATE_EXACT',
  numberReused: 'INVOICE_NUMBER_REUSED',
  strong: 'DUPLICATE_STRONG',
  weak: 'DUPLICATE_WEAK',
};

/** M16: the document against everything the supplier billed before, in any channel. A weak hit only warns. */
export function checkDuplicates(
  context: Context,
  lines: readonly LineMatch[],
  contentHash: string,
  { laterCount }: { laterCount: boolean },
): { hits: DuplicateHit[]; failed: FailCode[] } {
  const { input, currency, original } = context;
  const { document } = input;
  const allocations = lines.flatMap(({ decision }) => decision.allocations);
  const hits = findDuplicates(
    {
      documentId: input.documentId,
      number: document.id,
      supplierId: input.supplier.id,
      documentType: document.documentType,
      issueDate: document.issueDate,
      currency,
      amount: document.totals.payable,
      contentHash,
      orderIds: [...new Set(allocations.map(({ orderId }) => orderId))],
      despatchAdviceIds: deliveries(context),
      quantities: allocations,
      ...(!laterCount && { sequence: input.sequence }),
      ...(original === undefined ? {} : { replaces: original.id }),
    },
    input.priorInvoices,
    input.policy.duplicates,
  );
  const formula = 'no other document has the same number, or amount and date, or quantities';
  if (hits.length === 0) context.checks.push({ id: 'M16', result: 'passed', formula, left: document.id });
  const failed: FailCode[] = [];
  for (const { kind, number, text } of hits) {
    const code = CODES[kind];
    const warning = kind === 'weak';
    context.checks.push({
      id: 'M16',
      result: warning ? 'warning' : 'failed',
      code,
      formula,
      left: document.id,
      right: number,
      text,
    });
    if (!warning) failed.push(code);
  }
  return { hits, failed };
}

function deliveries({ input: { document } }: Context): string[] {
  const ids = [document.despatchAdviceId, ...document.lines.map(({ despatchAdviceId }) => despatchAdviceId)];
  return [...new Set(ids.filter((id) => id !== undefined))];
}
