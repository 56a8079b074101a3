import { dec, formatDecimal, sum, ZERO } from '../../common/decimal.ts';
import type { Dec } from '../../common/decimal.ts';
import type { OrderResponse } from '../../documents/order-response.ts';
import type { Order } from '../../documents/order.ts';
import type { AllowanceCharge } from '../../documents/primitives.ts';
import { raise } from '../draft.ts';
import type { Draft } from '../draft.ts';
import { findLine } from '../line-lookup.ts';
import { minorUnits } from '../match/minor-units.ts';
import { isBilled } from '../match/stated-charges.ts';

/** What an answer says of its charges that the order does not. */
interface AddedCharge {
  text: string;
  /** So much more than was ordered, as far as amounts say it. */
  amount: Dec;
}

/**
 * A supplier who adds a freight or handling charge, raises one, or takes less off than was ordered, changes what the order costs. The
 * ERP keeps the order: what is agreed is entered there, and what is not is held when it is billed (M12).
 */
export function reportAddedCharges(draft: Draft, document: OrderResponse, documentId: string): void {
  const order = draft.state.order;
  if (order === undefined || !COUNTS.has(document.claim)) return;
  const currency = document.currency ?? order.currency ?? '';
  const added = addedTo(order.allowanceCharges, document.allowanceCharges, 'The order', currency);
  document.lines.forEach((line, position) => {
    if (line.allowanceCharges === undefined) return;
    const { index } = findLine(draft.state.lines, line, position);
    const known = index === undefined ? undefined : draft.state.lines[index];
    const name = `Line ${known?.id ?? line.orderLineId ?? line.id ?? String(position + 1)}`;
    added.push(...addedTo(known?.line.allowanceCharges, line.allowanceCharges, name, currency));
  });
  if (added.length === 0) return;
  raise(draft, 'CHARGE_PROPOSED', {
    documentId,
    value: formatDecimal(sum(added.map(({ amount }) => amount)), minorUnits(currency) ?? 2),
    detail:
      `${added.map(({ text }) => text).join(' ')} If that is agreed, enter it in the ERP, so that it is paid; otherwise tell the ` +
      'supplier: an invoice that bills it is held, unless he may bill it without an order.',
  });
}

/** Answers that speak of what will be delivered. */
const COUNTS: ReadonlySet<OrderResponse['claim']> = new Set([
  'accepted',
  'acceptedWithChanges',
  'acceptedExceptions',
  'pending',
  'counterOffer',
  'unstated',
]);

function addedTo(
  ordered: Order['allowanceCharges'] = [],
  answered: Order['allowanceCharges'] = [],
  of: string,
  currency: string,
): AddedCharge[] {
  const left = ordered.filter(isBilled);
  return answered.filter(isBilled).flatMap((charge) => {
    const index = left.findIndex(({ kind, reason }) => kind === charge.kind && reason === charge.reason);
    const [planned] = index < 0 ? [] : left.splice(index, 1);
    const difference = planned === undefined ? 'added' : compareCharges(planned, charge);
    const isWorse =
      charge.kind === 'charge'
        ? difference === 'added' || difference === 'more' || difference === 'other'
        : difference === 'less' || difference === 'other';
    if (!isWorse || isNothing(charge)) return [];
    const instead = planned === undefined ? '' : ` instead of ${amountText(planned, currency)}`;
    return [
      {
        text: `${of}: ${charge.reason} ${charge.kind} of ${amountText(charge, currency)}${instead}${planned === undefined ? ', not ordered' : ''}.`,
        amount: moreOf(charge, planned),
      },
    ];
  });
}

function moreOf(charge: AllowanceCharge, planned: AllowanceCharge | undefined): Dec {
  if (charge.amount === undefined) return ZERO;
  return dec(charge.amount)
    .minus(planned?.amount ?? '0')
    .abs();
}

/** What is stated in the same way can be compared. */
function compareCharges(
  planned: AllowanceCharge,
  charge: AllowanceCharge,
): 'same' | 'more' | 'less' | 'other' {
  for (const value of VALUES) {
    const [before, after] = [value(planned), value(charge)];
    if (before === undefined || after === undefined) continue;
    const difference = dec(after).minus(before);
    return difference.isZero() ? 'same' : difference.gt(0) ? 'more' : 'less';
  }
  return 'other';
}

const VALUES = [
  ({ amount }: AllowanceCharge) => amount,
  ({ percent }: AllowanceCharge) => percent,
  ({ rate }: AllowanceCharge) =>
    rate &&
    formatDecimal(
      dec(rate.amount)
        .div(rate.baseQuantity ?? '1')
        .toDecimalPlaces(20),
    ),
] as const;

function isNothing({ amount, percent, rate }: AllowanceCharge): boolean {
  const value = amount ?? percent ?? rate?.amount;
  return value === undefined || dec(value).isZero();
}

function amountText({ amount, percent, rate }: AllowanceCharge, currency: string): string {
  if (amount !== undefined) return `${amount} ${currency}`.trim();
  return percent === undefined ? `${rate?.amount ?? ''} ${currency} a unit` : `${percent} %`;
}
