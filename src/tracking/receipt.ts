import { dec } from '../common/decimal.ts';
import type { DecimalString } from '../common/decimal.ts';
import type { ReceiptAdvice, ReceiptLine } from '../documents/receipt-advice.ts';
import { arrivalsOf, effectiveQuantity, quantityIn } from './balance.ts';
import { closeExceptions, editLine, effectKey, emit, explain, publish, raise } from './draft.ts';
import type { Draft } from './draft.ts';
import { writeConfirmations } from './confirmation.ts';
import { expectAgain, settleMissing } from './despatch/missing.ts';
import { confirmImplied } from './implied-confirmation.ts';
import { describeLine, findLine } from './line-lookup.ts';
import type { GoodsReceived, LineState, Receipt, ReceiptEntry } from './model.ts';
import { add, compare, isPositive, smaller, subtract } from './quantity.ts';
import { keepUnread } from './unread-lines.ts';
import { resolveTolerance } from './tolerances.ts';
import { toOrderedUnit } from './units.ts';

/**
 * What the warehouse counted (5.6): the only truth about deliveries. Negative quantities are returns to the supplier, unless they
 * set an earlier count right: then the goods have never come, and are missing again.
 */
export function applyReceipt(draft: Draft, event: GoodsReceived): boolean {
  const { document } = event;
  if (draft.state.receipts.some(({ id }) => id === document.id)) {
    explain(draft, {
      rule: '5.13',
      code: 'DUPLICATE_RECEIPT',
      text: `Receipt ${document.id} is known already.`,
    });
    return false;
  }
  const { counted, implied } = countLines(draft, event);
  const { corrects } = document;
  const corrected = draft.state.receipts.find(({ id }) => id === corrects);
  const shipmentId = document.despatchAdviceId ?? corrected?.shipmentId ?? onlyShipment(draft, counted);
  const receipt: Receipt = {
    id: document.id,
    ...(corrects === undefined ? {} : { corrects }),
    receivedAt: document.receivedAt ?? draft.now,
    ...(draft.rules >= 4 ? { receivedDate: document.receivedDate } : {}),
    ...(shipmentId === undefined ? {} : { shipmentId }),
    lines: counted,
  };
  draft.state.receipts = [...draft.state.receipts, receipt];
  finishReceipt(draft, receipt, counted, implied);
  settleMissing(draft, 'Goods have been received.');
  if (corrects !== undefined) expectAgain(draft, new Set(counted.map(({ lineId }) => lineId)));
  return true;
}

/** Lines of a receipt that was counted but for them. */
export function countUnread(draft: Draft, event: GoodsReceived): void {
  const { id } = event.document;
  const known = draft.state.receipts.find((receipt) => receipt.id === id);
  const { counted, implied } = countLines(draft, event);
  if (known === undefined || counted.length === 0) return;
  const receipt = { ...known, lines: [...known.lines, ...counted] };
  draft.state.receipts = draft.state.receipts.map((each) => (each === known ? receipt : each));
  finishReceipt(draft, receipt, counted, implied);
}

function countLines(draft: Draft, event: GoodsReceived): { counted: ReceiptEntry[]; implied: Set<string> } {
  const { document } = event;
  const counted: ReceiptEntry[] = [];
  const unread: ReceiptLine[] = [];
  const implied = new Set<string>();
  document.lines.forEach((received, position) => {
    if (received.orderId !== draft.state.order?.id) return;
    const entry = countLine(draft, document, received, position, implied);
    if (entry === 'unread') unread.push(received);
    else if (entry !== undefined) counted.push(entry);
  });
  keepUnread(draft, { ...event, document: { ...document, lines: unread } });
  return { counted, implied };
}

/** What follows from what was counted just now. */
function finishReceipt(
  draft: Draft,
  receipt: Receipt,
  counted: ReceiptEntry[],
  implied: ReadonlySet<string>,
): void {
  writeConfirmations(draft, [...implied]);
  const lineIds = new Set(counted.map(({ lineId }) => lineId));
  const linesById = new Map<string, LineState>();
  for (const line of draft.state.lines) if (lineIds.has(line.id)) linesById.set(line.id, line);
  const lines: LineState[] = [];
  for (const id of lineIds) lines.push(linesById.get(id)!);
  checkLines(draft, receipt, lines);
  publish(draft, 'goods.received', {
    receiptId: receipt.id,
    lines: counted.map(({ lineId, quantity }) => ({ lineId, quantity })),
  });
  explain(draft, {
    rule: '5.6',
    text: `Receipt ${receipt.id}: ${counted.map(({ lineId, quantity }) => `${quantity} of line ${lineId}`).join(', ')}.`,
  });
  const key = effectKey(draft, 'rematchInvoices');
  emit(draft, { kind: 'rematchInvoices', key, lineIds: [...lineIds], trigger: 'goodsReceived' });
}

function countLine(
  draft: Draft,
  { id: receiptId, corrects }: ReceiptAdvice,
  received: ReceiptLine,
  position: number,
  implied: Set<string>,
): ReceiptEntry | 'unread' | undefined {
  const match = findLine(draft.state.lines, received, position);
  if (match.index === undefined) {
    const name = describeLine(received, match.problem);
    const type = match.problem === 'ambiguous' ? 'AMBIGUOUS_LINE' : 'UNKNOWN_LINE';
    raise(draft, type, {
      subject: `${receiptId}|${name}`,
      owner: 'warehouse',
      detail: `Receipt ${receiptId} counts ${name}, which ${match.problem === 'ambiguous' ? 'fits several lines of' : 'is not on'} the order.`,
    });
    return undefined;
  }
  const line = editLine(draft, match.index);
  const quantity = toOrderedUnit(received.quantity, line.line, draft.policy);
  if (quantity === undefined) {
    const unit = received.quantity.unit ?? '';
    raise(draft, 'UOM_CONVERSION_MISSING', {
      causeKey: `${line.line.item.buyerId ?? line.line.item.gtin ?? line.id}|${unit}`,
      detail: `Receipt ${receiptId} counts line ${line.id} in ${unit}, ordered in ${line.line.quantity.unit ?? 'no unit'}, and no conversion is known. It is counted once there is one.`,
    });
    return 'unread';
  }
  // All quantities of a receipt line are in one unit: what converts one converts them all.
  const counted = (value: DecimalString) =>
    toOrderedUnit({ ...received.quantity, value }, line.line, draft.policy) ?? value;
  const damaged = counted(received.damagedQuantity ?? '0');
  const { acceptedQuantity } = received;
  const accepted = acceptedQuantity === undefined ? subtract(quantity, damaged) : counted(acceptedQuantity);
  line.received = add(line.received, quantity);
  line.accepted = add(line.accepted, accepted);
  line.damaged = add(line.damaged, damaged);
  const isReturn = isReturned(draft, corrects, line.id, quantity);
  if (isReturn) line.returned = subtract(line.returned, quantity);
  const { asnImpliesAck } = draft.policy.response;
  if (asnImpliesAck && confirmImplied(draft, line, line.received, {}) !== '0') implied.add(line.id);
  return { lineId: line.id, quantity, accepted, damaged, ...(corrects === undefined ? {} : { isReturn }) };
}

/** Goods that went back to the supplier: a negative count, or what sets one right. */
function isReturned(
  { state }: Draft,
  corrects: string | undefined,
  lineId: string,
  quantity: DecimalString,
): boolean {
  const corrected = state.receipts.find(({ id }) => id === corrects);
  const before = corrected?.lines.find((entry) => entry.lineId === lineId);
  return !isPositive(before?.quantity ?? quantity);
}

/** A receipt without a shipment belongs to the one live shipment of its lines, if there is just one. */
function onlyShipment(draft: Draft, counted: ReceiptEntry[]): string | undefined {
  const lineIds = new Set(counted.map(({ lineId }) => lineId));
  const candidates = draft.state.shipments.filter(
    ({ status, lines }) => status === 'live' && lines.some(({ lineId }) => lineIds.has(lineId)),
  );
  return candidates.length === 1 ? candidates[0]!.id : undefined;
}

/** What a receipt is held against, made once for all of its lines. */
interface Counted {
  receipt: Receipt;
  damaged: ReadonlyMap<string, DecimalString>;
  /** The live shipment that it counts, what that announced, and all its receipts. */
  shipmentId?: string;
  announced: ReadonlyMap<string, DecimalString>;
  ofShipment: readonly ReceiptEntry[];
  /** Types of the exceptions that were open before. */
  open: ReadonlySet<string>;
}

function checkLines(draft: Draft, receipt: Receipt, lines: Iterable<LineState>): void {
  const { state } = draft;
  const shipment = state.shipments.findLast(
    ({ id, status }) => id === receipt.shipmentId && status === 'live',
  );
  const ofShipment =
    shipment === undefined ? [] : state.receipts.filter(({ shipmentId }) => shipmentId === shipment.id);
  const counted: Counted = {
    receipt,
    damaged: sumByLine(receipt.lines, ({ damaged }) => damaged),
    ...(shipment !== undefined && { shipmentId: shipment.id }),
    announced: sumByLine(shipment?.lines ?? [], ({ quantity }) => quantity),
    ofShipment: ofShipment.flatMap(({ lines: entries }) => entries),
    open: new Set(state.exceptions.map(({ type }) => type)),
  };
  for (const line of lines) {
    checkCancellation(draft, receipt, line);
    checkOver(draft, counted, line);
    checkDamaged(draft, counted, line);
    checkShipment(draft, counted, line);
  }
}

function sumByLine<T extends { lineId: string }>(
  lines: readonly T[],
  quantityOf: (line: T) => DecimalString,
): Map<string, DecimalString> {
  const sums = new Map<string, DecimalString>();
  for (const line of lines) {
    const quantity = quantityOf(line);
    if (quantity !== '0') sums.set(line.lineId, add(sums.get(line.lineId) ?? '0', quantity));
  }
  return sums;
}

/** T16: goods that are here cannot be cancelled any more. */
function checkCancellation(draft: Draft, { id }: Receipt, line: LineState): void {
  const requested = quantityIn(line.slices, ({ state }) => state === 'CANCEL_REQUESTED');
  const crossed = smaller(requested, subtract(line.received, subtract(effectiveQuantity(line), requested)));
  if (!isPositive(crossed)) return;
  raise(draft, 'CROSSED_IN_FLIGHT', {
    line,
    subject: id,
    quantity: crossed,
    detail: `Line ${line.id} is being cancelled, and receipt ${id} counts ${crossed} of what was to be cancelled.`,
  });
}

function checkOver(draft: Draft, { open }: Counted, line: LineState): void {
  const expected = add(effectiveQuantity(line), line.overAccepted);
  if (compare(line.received, expected) <= 0 || isWithinTolerance(draft, line, expected)) {
    closeOfLine(draft, open, 'OVER_RECEIVED', line, undefined, 'The surplus is gone.');
    return;
  }
  const over = subtract(line.received, expected);
  raise(draft, 'OVER_RECEIVED', {
    line,
    quantity: over,
    detail: `Line ${line.id}: ${line.received} received, ${expected} expected. The surplus of ${over} is not to be paid until somebody accepts it.`,
  });
}

function closeOfLine(
  draft: Draft,
  open: ReadonlySet<string>,
  type: string,
  line: LineState,
  subject: string | undefined,
  reason: string,
): void {
  if (!open.has(type)) return;
  closeExceptions(
    draft,
    (each) =>
      each.type === type && each.lineId === line.id && (subject === undefined || each.subject === subject),
    reason,
  );
}

function isWithinTolerance(draft: Draft, line: LineState, expected: string): boolean {
  const tolerance = resolveTolerance(draft.policy, line.line, 'receiptOverPct');
  return dec(expected)
    .times(tolerance?.value ?? '0')
    .div(100)
    .plus(expected)
    .gte(line.received);
}

function checkDamaged(draft: Draft, { receipt, damaged }: Counted, line: LineState): void {
  const quantity = damaged.get(line.id) ?? '0';
  if (!isPositive(quantity)) return;
  raise(draft, 'DAMAGED', {
    line,
    subject: receipt.id,
    quantity,
    detail: `Line ${line.id}: ${quantity} of receipt ${receipt.id} are damaged. Propose a claim to the supplier.`,
  });
}

/** Compares what was announced with what came, over all receipts of the shipment. */
function checkShipment(draft: Draft, counted: Counted, line: LineState): void {
  const { shipmentId, open } = counted;
  if (shipmentId === undefined) return;
  const announced = counted.announced.get(line.id) ?? '0';
  const { arrived, kept } = arrivalsOf(counted.ofShipment, line.id);
  const isShort = compare(arrived, announced) < 0;
  const isOver = compare(kept, announced) > 0;
  if (!isShort) closeOfLine(draft, open, 'SHORT_RECEIVED', line, shipmentId, 'The rest has been received.');
  if (!isOver)
    closeOfLine(draft, open, 'RECEIPT_VS_ASN', line, shipmentId, 'Receipt and despatch advice agree.');
  if (!isShort && !isOver) return;
  raise(draft, isShort ? 'SHORT_RECEIVED' : 'RECEIPT_VS_ASN', {
    line,
    subject: shipmentId,
    quantity: isShort ? subtract(announced, arrived) : subtract(kept, announced),
    detail: `Line ${line.id}: shipment ${shipmentId} announced ${announced}, ${isShort ? arrived : kept} have been received.`,
  });
}
