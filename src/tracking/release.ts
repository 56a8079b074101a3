import type { Order, OrderChange, OrderLine } from '../documents/order.ts';
import { clearDeadlines, closeExceptions, effectKey, emit, explain, publish } from './draft.ts';
import type { Draft } from './draft.ts';
import type { LineState, OrderReleased, OrderState, OutboundDocument } from './model.ts';
import { normalise } from './quantity.ts';

/** An order nothing is known of but its number: answers wait here until it is released (T20). */
export function parkedState(orderId: string, partnerId: string): OrderState {
  return {
    orderId,
    partnerId,
    phase: 'parked',
    version: 0,
    lines: [],
    documents: [],
    unanswered: [],
    responses: [],
    shipments: [],
    receipts: [],
    billing: [],
    parked: [],
    deadlines: [],
    exceptions: [],
    appliedEventIds: [],
  };
}

/** A line that has just been ordered and that nobody has answered. */
export function newLine(line: OrderLine, version: number): LineState {
  const nothing = '0';
  return {
    id: line.id,
    line,
    changedInVersion: version,
    slices: [{ id: `${line.id}.1`, state: 'OPEN', quantity: normalise(line.quantity.value) }],
    nextSlice: 2,
    awaitingVersion: version,
    announced: nothing,
    received: nothing,
    accepted: nothing,
    damaged: nothing,
    returned: nothing,
    overAccepted: nothing,
    invoiced: nothing,
    credited: nothing,
  };
}

/** Puts a document on its way: one entry of region 1 and one effect. */
export function send(
  draft: Draft,
  documentType: 'order' | 'orderChange',
  version: number,
  document: Order | OrderChange,
): void {
  const key = `${documentType}/v${version}`;
  const { state } = draft;
  const entry: OutboundDocument = { key, documentType, version, status: 'QUEUED', queuedAt: draft.now };
  const isAwaited = state.unanswered.some((change) => change.version === version);
  if (draft.rules >= 4 && document.documentType === 'orderChange' && !isAwaited) entry.document = document;
  state.documents = [...state.documents.map(withoutContent), entry];
  emit(draft, {
    kind: 'sendDocument',
    key: effectKey(draft, 'sendDocument', key),
    documentType,
    version,
    document,
  });
}

/** What a newer version has taken the place of is not sent again. */
function withoutContent(sent: OutboundDocument): OutboundDocument {
  if (sent.document === undefined) return sent;
  const kept = { ...sent };
  delete kept.document;
  return kept;
}

/** T1: the order becomes version 1 and goes out. */
export function applyRelease(draft: Draft, event: OrderReleased): void {
  const { state } = draft;
  const version = 1;
  const order: Order = { ...event.order, version };
  state.phase = 'live';
  state.partnerId = event.partnerId;
  state.order = order;
  state.version = version;
  state.releasedAt = draft.now;
  state.lines = order.lines.map((line) => newLine(line, version));
  publish(draft, 'order.created', { version, lineCount: order.lines.length });
  explain(draft, { rule: 'T1', text: `Order ${order.id} is released and goes to the supplier.` });
  send(draft, 'order', version, order);
  clearDeadlines(draft, ({ kind }) => kind === 'parkedDocument');
  closeExceptions(draft, ({ type }) => type === 'UNKNOWN_PO', 'The order is released.');
}
