import { dec, formatDecimal, roundTo } from '../../common/decimal.ts';
import type { Dec } from '../../common/decimal.ts';
import { arrivalsOf, effectiveQuantity } from '../balance.ts';
import { agreedPrice, netOfAllowances } from '../match/agreed-price.ts';
import { packFacts } from '../match/build-match-input.ts';
import { itemIds, lineKey } from '../match/identifiers.ts';
import { minorUnits } from '../match/minor-units.ts';
import type { MatchDecision, MatchHold } from '../match/model.ts';
import { QUANTITY_CODES } from '../match/outcome.ts';
import { ratio, times, toDec } from '../match/ratio.ts';
import type { Ratio } from '../match/ratio.ts';
import { isBilled } from '../match/stated-charges.ts';
import { disputesUnder } from '../match/short-pay.ts';
import { buildUnitTable } from '../match/units.ts';
import type { LineState, OpenException, OrderState } from '../model.ts';
import type { ItemRules } from '../policy.ts';
import { add, compare, isPositive, larger, subtract } from '../quantity.ts';
import { billedBeyondReceived } from '../returned-goods.ts';
import type { Claim, ClaimKind, ClaimLine } from './claim.ts';

/** Of the quantity that a part of the money stands for. */
const QUANTITY_PLACES = 6;

/** What an exception of an order makes of a claim: which goods, and where they were counted or announced. */
export interface ClaimSource {
  kind: ClaimKind;
  lines: ClaimLine[];
  receiptId: string;
  shipmentId: string;
}

const KINDS: Readonly<Record<string, ClaimKind>> = {
  SHORT_RECEIVED: 'shortage',
  DAMAGED: 'damage',
  RECEIPT_VS_ASN: 'wrongItem',
  OVER_RECEIVED: 'wrongItem',
  CREDIT_EXPECTED: 'return',
};

/** The kind of claim that an exception of this type is about; undefined where it is none to claim for. */
export function claimKindOf(exceptionType: string): ClaimKind | undefined {
  return KINDS[exceptionType];
}

/** Undefined where nothing is missing, broken or too much (any more). */
export function claimFromOrder(
  state: OrderState,
  { type, lineId, subject = '' }: Pick<OpenException, 'type' | 'lineId' | 'subject'>,
  terms: ClaimTerms,
): ClaimSource | undefined {
  const kind = claimKindOf(type);
  const line = state.lines.find(({ id }) => id === lineId);
  if (kind === undefined || line === undefined) return undefined;
  const quantity = quantityOf(state, line, type, subject);
  if (!isPositive(quantity)) return undefined;
  const receiptId =
    type === 'DAMAGED'
      ? subject
      : type === 'CREDIT_EXPECTED' || type === 'OVER_RECEIVED'
        ? lastReceipt(state, line.id, type === 'CREDIT_EXPECTED' ? -1 : 1)
        : '';
  const shipmentId = type === 'SHORT_RECEIVED' || type === 'RECEIPT_VS_ASN' ? subject : '';
  // A count that was set right: the goods have never come.
  const neverCame = type === 'CREDIT_EXPECTED' && !isPositive(line.returned);
  const lines = [goodsLine(state.orderId, line, quantity, terms)];
  return { kind: neverCame ? 'shortage' : kind, lines, receiptId, shipmentId };
}

/** The newest receipt that counts goods of the line as come, or as gone back. */
function lastReceipt({ receipts }: OrderState, lineId: string, direction: 1 | -1): string {
  const found = receipts.findLast(({ lines }) =>
    lines.some((entry) => entry.lineId === lineId && direction * compare(entry.quantity, '0') > 0),
  );
  return found?.id ?? '';
}

function quantityOf(state: OrderState, line: LineState, type: string, subject: string): string {
  if (type === 'DAMAGED') {
    return state.receipts
      .flatMap(({ id, lines }) => (id === subject ? lines : []))
      .filter(({ lineId }) => lineId === line.id)
      .reduce((total, { damaged }) => add(total, damaged), '0');
  }
  if (type === 'CREDIT_EXPECTED') return line.creditExpected ?? '0';
  if (type === 'OVER_RECEIVED') {
    return subtract(line.received, add(effectiveQuantity(line), line.overAccepted));
  }
  const shipment = state.shipments.findLast(({ id, status }) => id === subject && status === 'live');
  const announced = shipment?.lines.find(({ lineId }) => lineId === line.id)?.quantity ?? '0';
  const { arrived, kept } = arrivalsOf(
    state.receipts.flatMap(({ shipmentId, lines }) => (shipmentId === subject ? lines : [])),
    line.id,
  );
  return larger('0', type === 'SHORT_RECEIVED' ? subtract(announced, arrived) : subtract(kept, announced));
}

/** What a claim needs to know to put a price on goods. */
export interface ClaimTerms {
  currency: string;
  /** Packs of articles, as the tracking policy has them. */
  items: readonly ItemRules[];
}

/**
 * A quantity of an order line at its agreed price: the confirmed one where it differs, else that of the order less its discounts;
 * by the unit of the price. Nothing where there is no price, or its unit cannot be converted.
 */
export function goodsLine(
  orderId: string,
  state: LineState,
  quantity: string,
  { currency, items }: ClaimTerms,
): ClaimLine {
  const { id, line } = state;
  const price = netPrice(state, items);
  const amount = price === undefined ? dec('0') : toDec(times(price, ratio(quantity)));
  const places = minorUnits(currency) ?? 2;
  const { description } = line.item;
  const { unit } = line.quantity;
  return {
    orderId,
    lineId: id,
    ...(description === undefined ? {} : { description }),
    quantity,
    ...(unit === undefined ? {} : { unit }),
    amount: formatDecimal(amount, places),
    credited: formatDecimal(dec('0'), places),
  };
}

function netPrice({ line, slices, ...state }: LineState, items: readonly ItemRules[]): Ratio | undefined {
  const confirmed = slices.find(
    (slice) =>
      (slice.state === 'CONFIRMED' || slice.state === 'CONFIRMED_CHANGED') && slice.price !== undefined,
  );
  const units = buildUnitTable(packFacts({ lines: [{ line, slices, ...state }] }, items));
  const { value: quantity, unit } = line.quantity;
  const fact = { quantity, ...(unit === undefined ? {} : { unit }) };
  const price = agreedPrice(confirmed?.price ?? line.price, fact, units, itemIds(line.item));
  if (price === undefined || confirmed !== undefined) return price;
  return netOfAllowances(price, {
    ...fact,
    ...(line.allowanceCharges && { allowanceCharges: line.allowanceCharges.filter(isBilled) }),
  });
}

/**
 * Claims about returned goods that are larger than what is still billed and not here, with their lines as they are now: the
 * oldest shrinks first, and what was credited stays in it.
 */
export function afterReplacement<C extends Pick<Claim, 'lines' | 'currency'>>(
  state: OrderState,
  claims: readonly C[],
  items: readonly ItemRules[],
): [C, ClaimLine[]][] {
  const surplus = new Map<string, Dec>();
  for (const { lineId, quantity, amount, credited } of claims.flatMap(({ lines }) => lines)) {
    const line = state.lines.find(({ id }) => id === lineId);
    if (line === undefined) continue;
    const open = dec(quantity).minus(creditedOf({ quantity, amount, credited }));
    surplus.set(lineId, open.plus(surplus.get(lineId) ?? dec('0').minus(billedBeyondReceived(line))));
  }
  return claims.flatMap((claim): [C, ClaimLine[]][] => {
    const lines = claim.lines.flatMap((old): ClaimLine[] => {
      const line = state.lines.find(({ id }) => id === old.lineId);
      const left = surplus.get(old.lineId);
      if (line === undefined || left === undefined || left.lte(0)) return [old];
      const creditedQuantity = creditedOf(old);
      const open = dec(old.quantity).minus(creditedQuantity);
      const gone = open.lt(left) ? open : left;
      if (gone.lte(0)) return [old];
      surplus.set(old.lineId, left.minus(gone));
      const rest = goodsLine(state.orderId, line, formatDecimal(open.minus(gone)), {
        currency: claim.currency,
        items,
      });
      const quantity = formatDecimal(open.minus(gone).plus(creditedQuantity));
      const amount = formatDecimal(dec(rest.amount).plus(old.credited), minorUnits(claim.currency) ?? 2);
      return dec(amount).isZero() ? [] : [{ ...old, quantity, amount }];
    });
    const same =
      lines.length === claim.lines.length && lines.every((line, index) => line === claim.lines[index]);
    return same ? [] : [[claim, lines]];
  });
}

/** The quantity that the credited money of a line stands for. */
function creditedOf({
  quantity,
  amount,
  credited,
}: Pick<ClaimLine, 'quantity' | 'amount' | 'credited'>): Dec {
  if (dec(amount).isZero()) return dec('0');
  return roundTo(dec(quantity).times(credited).div(amount), QUANTITY_PLACES);
}

/**
 * What holds of an invoice dispute together, every unit of money once, by kind and order line; charges and tax are about the
 * invoice as a whole. What other holds dispute as well is taken as accepted.
 */
export function claimFromHolds(
  decision: MatchDecision,
  holds: readonly Pick<MatchHold, 'type' | 'codes'>[],
): Map<ClaimKind, ClaimLine[]> {
  const places = minorUnits(decision.amounts.currency) ?? 2;
  const missing = new Set(holds.filter(({ type }) => type === 'HOLD_RECEIPT').flatMap(({ codes }) => codes));
  const claims = new Map<ClaimKind, Map<string, ClaimLine>>();
  for (const { code, line, amount } of disputesUnder(
    decision,
    new Set(holds.flatMap(({ codes }) => codes)),
  )) {
    if (dec(amount).isZero()) continue;
    const kind = missing.has(code) ? 'shortage' : 'overcharge';
    const lines = claims.get(kind) ?? new Map<string, ClaimLine>();
    claims.set(kind, lines);
    const allocation = decision.lines.find((each) => each.line === line)?.allocations[0];
    const { orderId = '', orderLineId = '' } = allocation ?? {};
    const key = `${orderId}/${orderLineId}`;
    const known = lines.get(key);
    const description =
      line === undefined ? undefined : decision.input.document.lines[line - 1]?.item.description;
    const goods =
      allocation === undefined || !QUANTITY_CODES.has(code)
        ? '0'
        : subtract(allocation.quantity, allocation.coveredQuantity);
    lines.set(key, {
      orderId,
      lineId: orderLineId,
      ...(description === undefined ? {} : { description }),
      quantity: add(known?.quantity ?? '0', goods),
      ...(allocation?.unit === undefined ? {} : { unit: allocation.unit }),
      amount: formatDecimal(dec(known?.amount ?? '0').plus(amount), places),
      credited: formatDecimal(dec('0'), places),
    });
  }
  return new Map([...claims].map(([kind, lines]) => [kind, [...lines.values()]]));
}

/** Lines less the goods that other claims ask for already; amounts in proportion. */
export function lessClaimed(
  lines: readonly ClaimLine[],
  others: readonly Pick<Claim, 'lines'>[],
  currency: string,
): ClaimLine[] {
  const claimed = new Map<string, Dec>();
  for (const { orderId, lineId, quantity } of others.flatMap((other) => other.lines)) {
    const key = lineKey(orderId, lineId);
    claimed.set(key, dec(quantity).plus(claimed.get(key) ?? '0'));
  }
  return lines.flatMap((line): ClaimLine[] => {
    const key = lineKey(line.orderId, line.lineId);
    const taken = claimed.get(key);
    if (taken === undefined || dec(line.quantity).isZero()) return [line];
    const left = dec(line.quantity).minus(taken);
    claimed.set(key, left.isNegative() ? left.negated() : dec('0'));
    if (left.lte(0)) return [];
    const amount = dec(line.amount).times(left).div(line.quantity);
    return [
      {
        ...line,
        quantity: formatDecimal(left),
        amount: formatDecimal(amount, minorUnits(currency) ?? 2),
      },
    ];
  });
}
