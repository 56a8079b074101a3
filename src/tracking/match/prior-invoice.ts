import { dec, formatDecimal, roundTo, sum, ZERO } from '../../common/decimal.ts';
import type { Dec } from '../../common/decimal.ts';
import type { AllowanceCharge } from '../../documents/primitives.ts';
import { allocate } from './allocate.ts';
import type { PriorInvoice, PriorLine, PriorStatus } from './facts.ts';
import { originalNumberOf } from './context.ts';
import { takesOfOrders } from './ledger.ts';
import { amountOf, countedDocument, isOffInvoice } from './stated-charges.ts';
import { minorUnits } from './minor-units.ts';
import type { FailCode, LineAllocation, MatchDecision } from './model.ts';
import { QUANTITY_CODES } from './outcome.ts';
import { withheldOf } from './withheld.ts';

const PRICE_CODES: ReadonlySet<FailCode> = new Set<FailCode>(['PRICE_HIGH', 'LINE_TOTAL']);

export interface Settlement {
  /** Codes that a person decided to pay short: only what they do not dispute counts, so that the rest can still be billed. */
  short?: ReadonlySet<FailCode>;
  /** Lines of the document that are paid although the document is held or refused (payMatched). */
  paidLines?: ReadonlySet<number>;
}

const NO_CODES: ReadonlySet<FailCode> = new Set();
const NO_LINES: ReadonlySet<number> = new Set();

/**
 * What a decided document is to the documents after it. `status` is where it stands now; a document that was approved although
 * its price failed was accepted by a person, and the difference counts as agreed. Of a refused document that was paid in part,
 * the paid lines count as approved.
 */
export function priorInvoiceOf(
  decision: MatchDecision,
  status: PriorStatus,
  { short = NO_CODES, paidLines = NO_LINES }: Settlement = {},
): PriorInvoice {
  const { input, invoice, amounts, contentHash } = decision;
  const { document, sequence } = input;
  const booked = status === 'approved' || status === 'posted' || status === 'paid';
  const partly = !booked && paidLines.size > 0;
  const refused = partly && status !== 'held';
  const lines = decision.lines
    .filter(({ line }) => !refused || paidLines.has(line))
    .flatMap(({ line, allocations }) =>
      allocations.map((each): PriorLine => {
        const priorLine = priorLineOf(decision, line, each, { booked, short });
        return partly && !refused && paidLines.has(line) ? { ...priorLine, booked: true } : priorLine;
      }),
    );
  const despatchAdviceIds = [
    document.despatchAdviceId,
    ...document.lines.map(({ despatchAdviceId }) => despatchAdviceId),
  ].filter((id) => id !== undefined);
  const originalNumber = document.documentType === 'creditNote' ? originalNumberOf(document) : undefined;
  return {
    id: invoice.documentId,
    number: invoice.number,
    supplierId: invoice.supplierId,
    documentType: invoice.documentType,
    ...(document.documentType === 'invoice' ? { invoiceType: document.invoiceType } : {}),
    status: refused ? 'approved' : status,
    sequence,
    issueDate: invoice.issueDate,
    currency: amounts.currency,
    amount: document.totals.payable,
    orderIds: invoice.orderIds,
    despatchAdviceIds: [...new Set(despatchAdviceIds)],
    ...(originalNumber === undefined ? {} : { originalNumber }),
    contentHash,
    lines,
    charges: chargesByOrder(decision),
  };
}

function priorLineOf(
  decision: MatchDecision,
  line: number,
  allocation: LineAllocation,
  { booked, short }: { booked: boolean; short: ReadonlySet<FailCode> },
): PriorLine {
  const { orderId, orderLineId, failed } = allocation;
  const withheld = withheldOf(decision, line, allocation, short);
  const billed = dec(allocation.quantity);
  const paid = billed.minus(withheld.quantity);
  const amount = dec(allocation.amount).minus(withheld.goods).minus(withheld.price);
  const share = (value: Dec) => (billed.isZero() ? ZERO : value.times(paid).div(billed));
  const places = minorUnits(decision.amounts.currency) ?? 2;
  const charges =
    allocation.charges === undefined ? undefined : roundTo(share(dec(allocation.charges)), places);
  const expected = share(dec(allocation.expectedAmount)).plus(charges ?? ZERO);
  const difference = amount.minus(expected);
  const tell = (counted: Dec): PriorLine => {
    const unpaid = failed.some((code) => short.has(code)) ? dec(allocation.amount).minus(counted) : ZERO;
    return {
      orderId,
      orderLineId,
      quantity: formatDecimal(paid),
      amount: formatDecimal(counted, places),
      ...(charges === undefined ? {} : { charges: formatDecimal(charges, places) }),
      ...(unpaid.gt(0) ? { withheld: formatDecimal(unpaid, places) } : {}),
    };
  };
  if (difference.lte(0)) return tell(amount);
  // What is asked too much counts as not asked where it is paid short, and as agreed where a person has accepted it.
  if (failed.some((code) => short.has(code) && !QUANTITY_CODES.has(code))) return tell(expected);
  const told = tell(amount);
  const accepted = booked && failed.some((code) => PRICE_CODES.has(code));
  return { ...told, ...(accepted && { acceptedDifference: formatDecimal(difference, places) }) };
}

/**
 * Charges of header and lines by order: those of the header first to the orders that plan them, in proportion to the plans, so
 * that no plan is used twice; the rest in proportion to the goods, to the last minor unit.
 */
function chargesByOrder(decision: MatchDecision): NonNullable<PriorInvoice['charges']>[number][] {
  const document = countedDocument(decision);
  const places = minorUnits(decision.amounts.currency) ?? 2;
  const direction = document.documentType === 'creditNote' ? -1 : 1;
  const goods = new Map<string, Dec>();
  for (const { orderId, amount } of decision.lines.flatMap((line) => line.allocations)) {
    goods.set(orderId, (goods.get(orderId) ?? ZERO).plus(dec(amount).abs()));
  }
  const spread = (charge: AllowanceCharge, by: ReadonlyMap<string, Dec>) => {
    const { kind, reason } = charge;
    const orders = [...by.keys()];
    return allocate(
      amountOf(charge).times(kind === 'charge' ? direction : -direction),
      [...by.values()],
      places,
    ).map((part, index) => ({
      reason,
      ...(orders[index] === undefined ? {} : { orderId: orders[index] }),
      amount: formatDecimal(part, places),
      ...(kind === 'allowance' && charge.percent !== undefined ? { percent: charge.percent } : {}),
    }));
  };
  const ofHeader = (document.allowanceCharges ?? [])
    .filter(isOffInvoice)
    .flatMap((each) => spread(each, plansFor(decision, each, goods) ?? goods));
  const ofLines = document.lines.flatMap((line, index) => {
    const byOrder = new Map<string, Dec>();
    for (const { orderId, amount } of decision.lines[index]?.allocations ?? []) {
      byOrder.set(orderId, (byOrder.get(orderId) ?? ZERO).plus(dec(amount).abs()));
    }
    return (line.allowanceCharges ?? [])
      .filter((each) => isOffInvoice(each) && each.kind === 'charge')
      .flatMap((each) => spread(each, byOrder));
  });
  return [...ofHeader, ...ofLines];
}

/** By order, what of its plan is not billed yet, for a charge on several orders; undefined where none of them plans it. */
function plansFor(
  { input, invoice, engineVersion }: MatchDecision,
  { kind, reason }: AllowanceCharge,
  goods: ReadonlyMap<string, Dec>,
): Map<string, Dec> | undefined {
  const priors = input.priorInvoices.filter((prior) => takesOfOrders(prior, input, Number(engineVersion)));
  const plans = new Map<string, Dec>();
  for (const { id, plannedCharges = [] } of input.orders) {
    const ofOrder = plannedCharges.filter((planned) => planned.kind === kind && planned.reason === reason);
    if (ofOrder.length === 0 || !invoice.orderIds.includes(id)) continue;
    const fixed = sum(ofOrder.map(({ amount, percent }) => (percent === undefined ? (amount ?? '0') : '0')));
    const billed = priors
      .flatMap(({ charges = [] }) => charges)
      .filter((charge) => charge.orderId === id && charge.reason === reason);
    const left = fixed.minus(sum(billed.map(({ amount }) => amount)).abs());
    const share = sum(ofOrder.map(({ percent }) => (goods.get(id) ?? ZERO).times(percent ?? '0').div(100)));
    plans.set(id, share.plus(left.isNegative() ? ZERO : left));
  }
  return [...plans.values()].some((amount) => amount.gt(0)) ? plans : undefined;
}
