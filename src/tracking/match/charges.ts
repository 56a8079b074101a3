import { dec, formatDecimal, ZERO } from '../../common/decimal.ts';
import type { Dec } from '../../common/decimal.ts';
import { chargePerUnit } from './agreed-price.ts';
import { CHARGE_FORMULA, judgeCharge } from './charge-question.ts';
import type { ChargeGroup, ChargeGroups, ChargeResult, Reason } from './charge-question.ts';
import type { Context } from './context.ts';
import { checkCreditedCharges } from './credited-charges.ts';
import type { OrderFact } from './facts.ts';
import { takesOfOrders } from './ledger.ts';
import { amountOf, isOffInvoice } from './stated-charges.ts';
import type { LineMatch } from './line-match.ts';
import type { FailCode } from './model.ts';
import { ratio, times, toDec } from './ratio.ts';
import { money } from './texts.ts';

/** Who bears freight by X12 element 146 (FOB01): only "prepaid, charged to customer" lets the supplier bill it. */
const FREIGHT_TERMS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    PC: 'allowed',
    PP: 'prepaid by the seller',
    PS: 'paid by the seller',
    PO: 'prepaid only',
    CC: 'collect: the carrier bills us',
    PU: 'pickup by us',
    TP: 'paid by a third party',
    NC: 'free of charge',
    MX: 'review',
    DF: 'review',
  }),
);

function statedGroups(context: Context, lines: readonly LineMatch[]): ChargeGroups {
  const groups: ChargeGroups = new Map();
  const group = (reason: Reason): ChargeGroup => {
    let found = groups.get(reason);
    if (found === undefined) {
      found = { charges: ZERO, allowances: ZERO };
      groups.set(reason, found);
    }
    return found;
  };
  for (const each of context.input.document.allowanceCharges ?? []) {
    if (!isOffInvoice(each)) continue;
    const found = group(each.reason);
    if (each.kind === 'charge') found.charges = found.charges.plus(amountOf(each));
    else found.allowances = found.allowances.plus(amountOf(each));
  }
  for (const { read } of lines) {
    for (const { reason, amount } of read.charges) {
      const found = group(reason);
      found.charges = found.charges.plus(amount);
    }
  }
  return groups;
}

interface Plan {
  planned: boolean;
  charges: Dec;
  allowances: Dec;
}

/** Planned for this document: percentages of its goods, the unbilled rest of amounts; allowances in proportion to the goods. */
function plan(
  context: Context,
  reason: Reason,
  orders: readonly OrderFact[],
  lines: readonly LineMatch[],
): Plan {
  const goods = goodsByOrder(lines);
  const result: Plan = { planned: false, charges: ZERO, allowances: ZERO };
  for (const order of orders) {
    const goodsOfOrder = goods.get(order.id) ?? ZERO;
    let chargeAmount = ZERO;
    let fixed = false;
    for (const planned of order.plannedCharges ?? []) {
      if (planned.reason !== reason) continue;
      result.planned = true;
      const percent =
        planned.percent === undefined ? undefined : goodsOfOrder.times(planned.percent).div(100);
      if (planned.kind === 'allowance') {
        const share = percent ?? dec(planned.amount ?? '0').times(shareOfOrder(context, order, goodsOfOrder));
        result.allowances = result.allowances.plus(share);
      } else if (percent !== undefined) {
        result.charges = result.charges.plus(percent);
      } else {
        chargeAmount = chargeAmount.plus(planned.amount ?? '0');
        fixed = true;
      }
    }
    if (fixed) {
      const left = chargeAmount.minus(billedBefore(context, order.id, reason));
      result.charges = result.charges.plus(left.isNegative() ? ZERO : left);
    }
  }
  for (const { entries, decision, read } of lines) {
    for (const entry of entries) {
      const ofLine = entry.line.allowanceCharges?.filter(
        (each) => each.kind === 'charge' && each.reason === reason,
      );
      if (ofLine === undefined || ofLine.length === 0) continue;
      result.planned = true;
      const allocation = decision.allocations.find(({ orderLineId }) => orderLineId === entry.line.id);
      const ordered = dec(entry.line.quantity);
      if (allocation === undefined || ordered.lte(0) || read.quantity.isZero()) continue;
      for (const charge of ofLine) {
        const planned = times(
          chargePerUnit(charge, entry.line, entry.grossPrice),
          ratio(allocation.quantity),
        );
        result.charges = result.charges.plus(toDec(planned));
      }
    }
  }
  return result;
}

function goodsByOrder(lines: readonly LineMatch[]): Map<string, Dec> {
  const goods = new Map<string, Dec>();
  for (const { decision } of lines) {
    for (const { orderId, amount } of decision.allocations) {
      goods.set(orderId, (goods.get(orderId) ?? ZERO).plus(amount));
    }
  }
  return goods;
}

/** What the goods are of the order, both net of the discounts of lines; until engine 4 the order was not. */
function shareOfOrder({ engine, ledger }: Context, order: OrderFact, goods: Dec): Dec {
  let value = ZERO;
  for (const line of order.lines) {
    const { price, quantity } = line;
    if (engine >= 5) {
      const net = ledger.entry(order, line).orderPrice;
      if (net !== undefined) value = value.plus(toDec(net).times(quantity));
    } else if (price !== undefined) {
      value = value.plus(
        dec(price.amount)
          .times(quantity)
          .div(price.baseQuantity ?? '1'),
      );
    }
  }
  if (value.lte(0)) return ZERO;
  const share = goods.div(value);
  return share.gt(1) ? dec(1) : share;
}

function billedBefore(context: Context, orderId: string, reason: Reason): Dec {
  let billed = ZERO;
  for (const prior of context.input.priorInvoices) {
    if (!takesOfOrders(prior, context.input, context.engine) || prior.id === context.original?.id) continue;
    for (const charge of prior.charges ?? []) {
      const ours =
        charge.orderId === undefined ? prior.orderIds.includes(orderId) : charge.orderId === orderId;
      if (ours && charge.reason === reason) billed = billed.plus(charge.amount);
    }
  }
  return billed;
}

/** M12: planned charges within tolerance, unplanned ones only from the supplier's list, freight only where terms allow. */
export function checkCharges(
  context: Context,
  orders: readonly OrderFact[],
  lines: readonly LineMatch[],
): ChargeResult {
  const result: ChargeResult = { failed: [], expected: ZERO, explained: ZERO, disputes: [] };
  const groups = statedGroups(context, lines);
  if (context.direction < 0 && context.engine >= 5) return checkCreditedCharges(context, groups, lines);
  if (context.direction < 0) {
    for (const { charges, allowances } of groups.values()) {
      result.expected = result.expected.plus(charges).minus(allowances);
    }
    return result;
  }
  const planned = new Set(
    orders.flatMap((order) => (order.plannedCharges ?? []).map(({ reason }) => reason)),
  );
  for (const reason of new Set([...groups.keys(), ...planned])) {
    const stated = groups.get(reason) ?? { charges: ZERO, allowances: ZERO };
    if (reason === 'tax') continue;
    checkReason(context, reason, stated, plan(context, reason, orders, lines), orders, result);
  }
  if (groups.size === 0 && planned.size === 0) {
    context.checks.push({ id: 'M12', result: 'passed', formula: CHARGE_FORMULA, left: '0', right: '0' });
  }
  return result;
}

function checkReason(
  context: Context,
  reason: Reason,
  stated: ChargeGroup,
  agreed: Plan,
  orders: readonly OrderFact[],
  result: ChargeResult,
): void {
  if (!stated.charges.isZero()) checkChargeAmount(context, reason, stated.charges, agreed, orders, result);
  if (stated.allowances.isZero() && agreed.allowances.isZero()) return;
  // An unplanned allowance is in our favour; a planned one that is missing makes the invoice too high.
  const expected = agreed.allowances.gt(0) ? agreed.allowances : stated.allowances;
  result.expected = result.expected.minus(expected);
  judgeCharge(context, result, {
    label: `${reason} allowance`,
    difference: expected.minus(stated.allowances),
    left: stated.allowances,
    right: expected,
    limit: 'plannedCharge',
    code: 'ALLOWANCE_MISSING',
    tail: 'less than agreed was deducted',
  });
}

/** The terms that forbid freight, where orders differ; else the first that are stated. */
function freightTerms(orders: readonly OrderFact[]): { terms?: string; meaning?: string } {
  const stated = orders.flatMap(({ deliveryTerms }) =>
    deliveryTerms?.payment === undefined
      ? []
      : [{ terms: deliveryTerms.payment, meaning: FREIGHT_TERMS.get(deliveryTerms.payment) ?? 'review' }],
  );
  return stated.find(({ meaning }) => meaning !== 'allowed') ?? stated[0] ?? {};
}

function checkChargeAmount(
  context: Context,
  reason: Reason,
  stated: Dec,
  agreed: Plan,
  orders: readonly OrderFact[],
  result: ChargeResult,
): void {
  const { currency, places } = context;
  if (reason === 'freight') {
    const { terms, meaning } = freightTerms(orders);
    if (terms !== undefined && meaning !== undefined && meaning !== 'allowed') {
      const review = meaning === 'review';
      const code: FailCode = review ? 'FREIGHT_REVIEW' : 'FREIGHT_NOT_ALLOWED';
      context.checks.push({
        id: 'M12',
        result: 'failed',
        code,
        formula: 'delivery terms let the supplier bill freight',
        left: formatDecimal(stated),
        right: terms,
        text: review
          ? `Freight of ${money(stated, currency, places)} is billed; the terms ${terms} do not settle who pays it.`
          : `Freight of ${money(stated, currency, places)} is billed; by the terms ${terms} it is ${meaning}.`,
      });
      result.failed.push(code);
      result.explained = result.explained.plus(stated);
      result.disputes.push({ code, amount: stated });
      return;
    }
  }
  if (agreed.planned && agreed.charges.gt(0)) {
    result.expected = result.expected.plus(agreed.charges.lt(stated) ? agreed.charges : stated);
    judgeCharge(context, result, {
      label: `${reason} charge`,
      difference: stated.minus(agreed.charges),
      left: stated,
      right: agreed.charges,
      limit: 'plannedCharge',
      code: 'CHARGE_OVER',
      tail: 'more than the order still allows',
    });
    return;
  }
  const max = context.input.supplier.allowedCharges?.find((each) => each.reason === reason)?.max;
  const allowed = max === undefined ? ZERO : dec(max).lt(stated) ? dec(max) : stated;
  result.expected = result.expected.plus(allowed);
  judgeCharge(context, result, {
    label: `${reason} charge`,
    difference: stated.minus(allowed),
    left: stated,
    right: allowed,
    limit: 'unplannedCharge',
    code: 'CHARGE_UNPLANNED',
    tail: agreed.planned
      ? 'the planned amount is billed already'
      : max === undefined
        ? 'not on the order'
        : `the supplier's list allows up to ${max}`,
  });
}
