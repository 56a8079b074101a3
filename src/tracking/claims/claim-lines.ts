import { dec, formatDecimal, roundTo } from '../../common/decimal.ts';
import type { Dec } from '../../common/decimal.ts';
import { effectiveQuantity } from '../balance.ts';
import type { LineState, OpenException, OrderState, Receipt } from '../model.ts';
import { minorUnits } from '../match/minor-units.ts';
import type { MatchDecision, MatchHold } from '../match/model.ts';
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
  currency: string,
): ClaimSource | undefined {
  const kind = claimKindOf(type);
  const line = state.lines.find(({ id }) => id === lineId);
  if (kind === undefined || line === undefined) return undefined;
  const quantity = quantityOf(state, line, type, subject);
  if (!isPositive(quantity)) return undefined;
  const receiptId =
    type === 'DAMAGED' ? subject : type === 'CREDIT_EXPECTED' ? lastReturn(state, line.id) : '';
  const shipmentId = type === 'SHORT_RECEIVED' || type === 'RECEIPT_VS_ASN' ? subject : '';
  return { kind, lines: [goodsLine(state.orderId, line, quantity, currency)], receiptId, shipmentId };
}

/** The newest receipt that counts goods of the line as gone back. */
function lastReturn({ receipts }: OrderState, lineId: string): string {
  const wentBack = receipts.findLast(({ lines }) =>
    lines.some((entry) => entry.lineId === lineId && compare(entry.quantity, '0') < 0),
  );
  return wentBack?.id ?? '';
}

function quantityOf(state: OrderState, line: LineState, type: string, subject: string): string {
  const received = (receipts: readonly Receipt[], field: 'quantity' | 'damaged') =>
    receipts
      .flatMap(({ lines }) => lines)
      .filter(({ lineId }) => lineId === line.id)
      .reduce((total, each) => add(total, each[field]), '0');
  if (type === 'DAMAGED')
    return received(
      state.receipts.filter(({ id }) => id === subject),
      'damaged',
    );
  if (type === 'CREDIT_EXPECTED') return line.creditExpected ?? '0';
  if (type === 'OVER_RECEIVED') {
    return subtract(line.received, add(effectiveQuantity(line), line.overAccepted));
  }
  const shipment = state.shipments.findLast(({ id, status }) => id === subject && status === 'live');
  const announced = shipment?.lines.find(({ lineId }) => lineId === line.id)?.quantity ?? '0';
  const counted = received(
    state.receipts.filter(({ shipmentId }) => shipmentId === subject),
    'quantity',
  );
  return type === 'SHORT_RECEIVED'
    ? larger('0', subtract(announced, counted))
    : larger('0', subtract(counted, announced));
}

/** A quantity of an order line at its agreed price: the confirmed one, where it differs. */
export function goodsLine(
  orderId: string,
  { id, line, slices }: LineState,
  quantity: string,
  currency: string,
): ClaimLine {
  const confirmed = slices.find(
    ({ state, price }) => (state === 'CONFIRMED' || state === 'CONFIRMED_CHANGED') && price !== undefined,
  );
  const price = confirmed?.price ?? line.price;
  const amount =
    price === undefined
      ? dec('0')
      : dec(price.amount)
          .times(quantity)
          .div(price.baseQuantity ?? '1');
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

/**
 * Claims about returned goods that are larger than what is still billed and not here, with their lines as they are now: the
 * oldest shrinks first, and what was credited stays in it.
 */
export function afterReplacement<C extends Pick<Claim, 'lines' | 'currency'>>(
  state: OrderState,
  claims: readonly C[],
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
      const rest = goodsLine(state.orderId, line, formatDecimal(open.minus(gone)), claim.currency);
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

/** What a hold of an invoice disputes, by order line; charges and tax are about the invoice as a whole. */
export function claimFromHold(
  decision: MatchDecision,
  hold: Pick<MatchHold, 'type' | 'codes'>,
): { kind: ClaimKind; lines: ClaimLine[] } | undefined {
  const places = minorUnits(decision.amounts.currency) ?? 2;
  const zero = formatDecimal(dec('0'), places);
  const lines = new Map<string, ClaimLine>();
  for (const { code, line, amount } of decision.disputes) {
    if (!hold.codes.includes(code)) continue;
    const allocation = decision.lines.find((each) => each.line === line)?.allocations[0];
    const { orderId = '', orderLineId = '' } = allocation ?? {};
    const key = `${orderId}/${orderLineId}`;
    const known = lines.get(key);
    const description =
      line === undefined ? undefined : decision.input.document.lines[line - 1]?.item.description;
    const short = allocation === undefined ? '0' : subtract(allocation.quantity, allocation.coveredQuantity);
    lines.set(key, {
      orderId,
      lineId: orderLineId,
      ...(description === undefined ? {} : { description }),
      quantity: short,
      ...(allocation?.unit === undefined ? {} : { unit: allocation.unit }),
      amount: formatDecimal(dec(known?.amount ?? '0').plus(amount), places),
      credited: zero,
    });
  }
  const found = [...lines.values()].filter(({ amount }) => !dec(amount).isZero());
  if (found.length === 0) return undefined;
  return { kind: hold.type === 'HOLD_RECEIPT' ? 'shortage' : 'overcharge', lines: found };
}
