import { dec } from '../common/decimal.ts';
import type { ReceiptLine } from '../documents/receipt-advice.ts';
import { effectiveQuantity } from './balance.ts';
import { closeExceptions, editLine, effectKey, emit, explain, publish, raise } from './draft.ts';
import type { Draft } from './draft.ts';
import { writeConfirmations } from './confirmation.ts';
import { confirmImplied } from './implied-confirmation.ts';
import { describeLine, findLine } from './line-lookup.ts';
import type { GoodsReceived, LineState, Receipt } from './model.ts';
import { add, compare, isPositive, larger, subtract } from './quantity.ts';
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
  const counted: Receipt['lines'] = [];
  const implied = new Set<string>();
  document.lines.forEach((received, position) => {
    if (received.orderId !== draft.state.order?.id) return;
    const entry = countLine(draft, document.id, received, position, implied);
    if (entry !== undefined) counted.push(entry);
  });
  const shipmentId = document.despatchAdviceId ?? onlyShipment(draft, counted);
  const receipt: Receipt = {
    id: document.id,
    receivedAt: document.receivedAt ?? draft.now,
    ...(shipmentId === undefined ? {} : { shipmentId }),
    lines: counted,
  };
  draft.state.receipts = [...draft.state.receipts, receipt];
  writeConfirmations(draft, [...implied]);
  const lineIds = [...new Set(counted.map(({ lineId }) => lineId))];
  for (const lineId of lineIds) checkLine(draft, receipt, lineId);
  publish(draft, 'goods.received', {
    receiptId: document.id,
    lines: counted.map(({ lineId, quantity }) => ({ lineId, quantity })),
  });
  explain(draft, {
    rule: '5.6',
    text: `Receipt ${document.id}: ${counted.map(({ lineId, quantity }) => `${quantity} of line ${lineId}`).join(', ')}.`,
  });
  const key = effectKey(draft, 'rematchInvoices');
  emit(draft, { kind: 'rematchInvoices', key, lineIds, trigger: 'goodsReceived' });
  closeExceptions(draft, ({ type }) => type === 'ASN_MISSING', 'Goods have been received.');
  return true;
}

function countLine(
  draft: Draft,
  receiptId: string,
  received: ReceiptLine,
  position: number,
  implied: Set<string>,
): Receipt['lines'][number] | undefined {
  const match = findLine(draft.state.lines, received, position);
  if (match.index === undefined) {
    const name = describeLine(received);
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
      detail: `Receipt ${receiptId} counts line ${line.id} in ${unit}, ordered in ${line.line.quantity.unit ?? 'no unit'}, and no conversion is known.`,
    });
    return undefined;
  }
  const damaged = received.damagedQuantity ?? '0';
  const accepted = received.acceptedQuantity ?? subtract(quantity, damaged);
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
  const candidates = draft.state.shipments.filter(
    ({ status, lines }) =>
      status === 'live' && lines.some(({ lineId }) => counted.some((entry) => entry.lineId === lineId)),
  );
  return candidates.length === 1 ? candidates[0]!.id : undefined;
}

function checkLine(draft: Draft, receipt: Receipt, lineId: string): void {
  const line = draft.state.lines.find(({ id }) => id === lineId)!;
  checkOver(draft, line);
  checkDamaged(draft, receipt, line);
  checkShipment(draft, receipt, line);
}

function checkOver(draft: Draft, line: LineState): void {
  const expected = add(effectiveQuantity(line), line.overAccepted);
  if (compare(line.received, expected) <= 0 || isWithinTolerance(draft, line, expected)) {
    closeExceptions(
      draft,
      (open) => open.type === 'OVER_RECEIVED' && open.lineId === line.id,
      'The surplus is gone.',
    );
    return;
  }
  const over = subtract(line.received, expected);
  raise(draft, 'OVER_RECEIVED', {
    line,
    quantity: over,
    detail: `Line ${line.id}: ${line.received} received, ${expected} expected. The surplus of ${over} is not to be paid until somebody accepts it.`,
  });
}

function isWithinTolerance(draft: Draft, line: LineState, expected: string): boolean {
  const tolerance = resolveTolerance(draft.policy, line.line, 'receiptOverPct');
  return dec(expected)
    .times(tolerance?.value ?? '0')
    .div(100)
    .plus(expected)
    .gte(line.received);
}

function checkDamaged(draft: Draft, receipt: Receipt, line: LineState): void {
  const damaged = sumFor(receipt.lines, line.id, 'damaged');
  if (!isPositive(damaged)) return;
  raise(draft, 'DAMAGED', {
    line,
    subject: receipt.id,
    quantity: damaged,
    detail: `Line ${line.id}: ${damaged} of receipt ${receipt.id} are damaged. Propose a claim to the supplier.`,
  });
}

function sumFor(lines: Receipt['lines'], lineId: string, field: 'quantity' | 'damaged'): string {
  return lines.filter((line) => line.lineId === lineId).reduce((sum, line) => add(sum, line[field]), '0');
}

/** Compares what was announced with what came, over all receipts of the shipment. */
function checkShipment(draft: Draft, receipt: Receipt, line: LineState): void {
  const { state } = draft;
  const shipment = state.shipments.findLast(
    ({ id, status }) => id === receipt.shipmentId && status === 'live',
  );
  const announced = shipment?.lines.find(({ lineId }) => lineId === line.id)?.quantity;
  if (shipment === undefined) return;
  const received = state.receipts
    .filter(({ shipmentId }) => shipmentId === shipment.id)
    .reduce((sum, each) => add(sum, sumFor(each.lines, line.id, 'quantity')), '0');
  const difference = compare(received, announced ?? '0');
  const isSame = (type: string) => (open: { type: string; lineId?: string; subject?: string }) =>
    open.type === type && open.lineId === line.id && open.subject === shipment.id;
  if (difference >= 0) closeExceptions(draft, isSame('SHORT_RECEIVED'), 'The rest has been received.');
  if (difference <= 0) closeExceptions(draft, isSame('RECEIPT_VS_ASN'), 'Receipt and despatch advice agree.');
  if (difference === 0) return;
  const gap = larger(subtract(received, announced ?? '0'), subtract(announced ?? '0', received));
  raise(draft, difference < 0 ? 'SHORT_RECEIVED' : 'RECEIPT_VS_ASN', {
    line,
    subject: shipment.id,
    quantity: gap,
    detail: `Line ${line.id}: shipment ${shipment.id} announced ${announced ?? '0'}, ${received} have been received.`,
  });
}
