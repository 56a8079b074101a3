import { dec } from '../common/decimal.ts';
import type { DecimalString } from '../common/decimal.ts';
import type { ReceiptLine } from '../documents/receipt-advice.ts';
import { effectiveQuantity, quantityIn } from './balance.ts';
import { closeExceptions, editLine, effectKey, emit, explain, publish, raise } from './draft.ts';
import type { Draft } from './draft.ts';
import { writeConfirmations } from './confirmation.ts';
import { settleMissing } from './despatch/missing.ts';
import { confirmImplied } from './implied-confirmation.ts';
import { describeLine, findLine } from './line-lookup.ts';
import type { GoodsReceived, LineState, Receipt } from './model.ts';
import { add, compare, isPositive, smaller, subtract } from './quantity.ts';
import { keepUnread } from './unread-lines.ts';
import { resolveTolerance } from './tolerances.ts';
import { toOrderedUnit } from './units.ts';

/** What the warehouse counted (5.6): the only truth about deliveries. Negative quantities are returns to the supplier. */
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
  const shipmentId = document.despatchAdviceId ?? onlyShipment(draft, counted);
  const receipt: Receipt = {
    id: document.id,
    receivedAt: document.receivedAt ?? draft.now,
    ...(shipmentId === undefined ? {} : { shipmentId }),
    lines: counted,
  };
  draft.state.receipts = [...draft.state.receipts, receipt];
  finishReceipt(draft, receipt, counted, implied);
  settleMissing(draft, 'Goods have been received.');
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

function countLines(draft: Draft, event: GoodsReceived): { counted: Receipt['lines']; implied: Set<string> } {
  const { document } = event;
  const counted: Receipt['lines'] = [];
  const unread: ReceiptLine[] = [];
  const implied = new Set<string>();
  document.lines.forEach((received, position) => {
    if (received.orderId !== draft.state.order?.id) return;
    const entry = countLine(draft, document.id, received, position, implied);
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
  counted: Receipt['lines'],
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
  receiptId: string,
  received: ReceiptLine,
  position: number,
  implied: Set<string>,
): Receipt['lines'][number] | 'unread' | undefined {
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
  if (!isPositive(quantity)) line.returned = subtract(line.returned, quantity);
  const { asnImpliesAck } = draft.policy.response;
  if (asnImpliesAck && confirmImplied(draft, line, line.received, {}) !== '0') implied.add(line.id);
  return { lineId: line.id, quantity, accepted, damaged };
}

/** A receipt without a shipment belongs to the one live shipment of its lines, if there is just one. */
function onlyShipment(draft: Draft, counted: Receipt['lines']): string | undefined {
  const lineIds = new Set(counted.map(({ lineId }) => lineId));
  const candidates = draft.state.shipments.filter(
    ({ status, lines }) => status === 'live' && lines.some(({ lineId }) => lineIds.has(lineId)),
  );
  return candidates.length === 1 ? candidates[0]!.id : undefined;
}

/** What a receipt is held against: sums by line, made once for all of its lines. */
interface Counted {
  receipt: Receipt;
  damaged: ReadonlyMap<string, DecimalString>;
  /** The live shipment that it counts, what that announced, and what all its receipts have brought. */
  shipmentId?: string;
  announced: ReadonlyMap<string, DecimalString>;
  received: ReadonlyMap<string, DecimalString>;
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
    received: sumByLine(
      ofShipment.flatMap(({ lines: entries }) => entries),
      ({ quantity }) => quantity,
    ),
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
  const received = counted.received.get(line.id) ?? '0';
  const difference = compare(received, announced);
  if (difference >= 0)
    closeOfLine(draft, open, 'SHORT_RECEIVED', line, shipmentId, 'The rest has been received.');
  if (difference <= 0)
    closeOfLine(draft, open, 'RECEIPT_VS_ASN', line, shipmentId, 'Receipt and despatch advice agree.');
  if (difference === 0) return;
  raise(draft, difference < 0 ? 'SHORT_RECEIVED' : 'RECEIPT_VS_ASN', {
    line,
    subject: shipmentId,
    quantity: difference < 0 ? subtract(announced, received) : subtract(received, announced),
    detail: `Line ${line.id}: shipment ${shipmentId} announced ${announced}, ${received} have been received.`,
  });
}
