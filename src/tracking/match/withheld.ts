import { dec, ZERO } from '../../common/decimal.ts';
import type { Dec } from '../../common/decimal.ts';
import type { FailCode, LineAllocation, MatchDecision } from './model.ts';
import { QUANTITY_CODES } from './outcome.ts';

/** What is not paid of one part of a line. */
export interface Withheld {
  /** Goods that are not paid, in the unit of the order line, with their amount and the check that asks it. */
  quantity: Dec;
  goods: Dec;
  goodsCode?: FailCode;
  /** What is asked too much for the goods that are paid. */
  price: Dec;
}

/**
 * What paying these codes short takes off a part, where people have accepted its other codes: the most goods that one of them
 * disputes, and the higher price of the rest. No money is counted twice.
 */
export function withheldOf(
  { checks }: Pick<MatchDecision, 'checks'>,
  line: number,
  allocation: LineAllocation,
  codes: ReadonlySet<FailCode>,
): Withheld {
  const { orderId, orderLineId, failed } = allocation;
  const billed = dec(allocation.quantity);
  const amount = dec(allocation.amount);
  const ofPart = checks.filter(
    (check) => check.line === line && check.orderLine === `${orderId}/${orderLineId}`,
  );
  /** Undefined: the check says no number. */
  const differenceOf = (code: FailCode): Dec | undefined => {
    const told = ofPart.find((check) => check.code === code && check.difference !== undefined);
    return told === undefined ? undefined : dec(told.difference!);
  };
  const short = failed.filter((code) => codes.has(code));
  let quantity = ZERO;
  let goodsCode: FailCode | undefined;
  for (const code of short) {
    if (!QUANTITY_CODES.has(code)) continue;
    // An order line that is closed or not live disputes what nothing covers.
    const excess = differenceOf(code) ?? billed.minus(allocation.coveredQuantity);
    const over = excess.gt(billed) ? billed : excess;
    if (over.lte(quantity)) continue;
    quantity = over;
    goodsCode = code;
  }
  const goods = quantity.isZero() ? ZERO : amount.times(quantity).div(billed);
  const rest = amount.minus(goods);
  const more = differenceOf('PRICE_HIGH')?.times(billed.minus(quantity)) ?? rest;
  const price = !short.includes('PRICE_HIGH') ? ZERO : more.gt(rest) ? rest : more;
  return { quantity, goods, ...(goodsCode === undefined ? {} : { goodsCode }), price };
}
