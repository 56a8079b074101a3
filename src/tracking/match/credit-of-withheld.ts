import { formatDecimal, ZERO } from '../../common/decimal.ts';
import type { Context } from './context.ts';
import { plainInvoiceNumber } from './identifiers.ts';
import { counts } from './ledger.ts';
import type { LinePart } from './line-checks.ts';
import type { FailCode } from './model.ts';
import { toDec } from './ratio.ts';
import { money } from './texts.ts';

/**
 * M7 for a credit over a line that was paid short: what was not paid is taken off already, and a credit note for it would take it
 * off once more. A person knows what it is for. Not asked until engine 4.
 */
export function checkCreditOfWithheld(
  context: Context,
  { entry, number, amount, orderLine }: LinePart,
): FailCode[] {
  const { original, input, currency, places } = context;
  if (context.engine < 5 || original === undefined) return [];
  const plain = plainInvoiceNumber(original.number);
  let left = ZERO;
  for (const prior of input.priorInvoices) {
    const credits = prior.originalNumber !== undefined && plainInvoiceNumber(prior.originalNumber) === plain;
    if (prior.id !== original.id && !(credits && counts(prior, input))) continue;
    for (const line of prior.lines) {
      if (line.orderId !== entry.order.id || line.orderLineId !== entry.line.id) continue;
      left = prior.id === original.id ? left.plus(line.withheld ?? '0') : left.plus(line.amount);
    }
  }
  if (left.lte(0)) return [];
  const credited = toDec(amount).abs();
  context.checks.push({
    id: 'M7',
    line: number,
    orderLine,
    result: 'failed',
    code: 'CREDIT_EXCEEDS_INVOICED',
    formula: 'nothing of the line was paid short',
    left: formatDecimal(credited),
    right: formatDecimal(left),
    difference: formatDecimal(credited.minus(left)),
    text:
      `Line ${number}: credits ${money(credited, currency, places)}; invoice ${original.number} was paid short by ` +
      `${money(left, currency, places)} on this line, and what the credit note gives back for that is taken off already`,
  });
  return ['CREDIT_EXCEEDS_INVOICED'];
}
