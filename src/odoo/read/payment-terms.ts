import type { PaymentTerms } from '../../documents/primitives.ts';
import { fromOdooNumber } from '../line-values.ts';
import type { MasterData } from './master-data.ts';
import { pruned } from './party.ts';
import { idsOf, textOf } from './row-values.ts';

/**
 * Terms with one due date as days; of any other (parts, end of month) only the name, which both sides have agreed on. The
 * early discount is a field of its own from Odoo 17 on.
 */
export function paymentTermsOf(master: MasterData, id: number | undefined): PaymentTerms | undefined {
  const row = id === undefined ? undefined : master.terms.get(id);
  if (row === undefined) return undefined;
  const lines = idsOf(row['line_ids']).flatMap((lineId) => master.termLines.get(lineId) ?? []);
  const [line] = lines;
  const plain =
    lines.length === 1 && ['days_after', 'day_after_invoice_date', undefined].includes(kindOf(line!));
  const discount = row['early_discount'] === true;
  return pruned({
    description: textOf(row['name']),
    netDays: plain ? Number(line!['nb_days'] ?? line!['days'] ?? 0) : undefined,
    discountPercent: discount ? fromOdooNumber(row['discount_percentage']) : undefined,
    discountDays: discount ? Number(row['discount_days']) : undefined,
  });
}

function kindOf(line: Readonly<Record<string, unknown>>): string | undefined {
  return textOf(line['delay_type'] ?? line['option']);
}
