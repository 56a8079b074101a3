import { dec } from '../../common/decimal.ts';
import type { Deadline, LineState, OrderState } from '../../tracking/model.ts';
import type { InvoiceRecord } from '../orders/order-records.ts';
import type { DocumentRecord } from '../records.ts';

/** One stage of an order's way, as the stepper of its page shows it. */
export interface OrderStep {
  key: 'ordered' | 'acknowledged' | 'confirmed' | 'shipped' | 'received' | 'invoiced';
  title: string;
  state: 'done' | 'partial' | 'waiting' | 'trouble' | 'ahead';
  /** One short phrase: `2 of 3 lines`, `answer due`. */
  text: string;
  at?: string;
  dueAt?: string;
  documentId?: string;
}

export function listSteps(
  state: OrderState,
  documents: readonly DocumentRecord[],
  invoices: readonly InvoiceRecord[],
): OrderStep[] {
  return [
    orderedStep(state),
    acknowledgedStep(state),
    confirmedStep(state),
    shippedStep(state),
    receivedStep(state),
    invoicedStep(state, documents, invoices),
  ];
}

function orderedStep(state: OrderState): OrderStep {
  const sent = state.documents.findLast((document) => document.documentType === 'order');
  const head = { key: 'ordered', title: 'Ordered', ...idOf(sent?.documentId) } as const;
  if (sent?.transportedAt !== undefined)
    return { ...head, state: 'done', text: 'sent', at: sent.transportedAt };
  if (sent?.status === 'TRANSPORT_FAILED')
    return { ...head, state: 'trouble', text: 'could not be delivered' };
  return { ...head, state: 'waiting', text: state.phase === 'parked' ? 'order not known yet' : 'being sent' };
}

function acknowledgedStep(state: OrderState): OrderStep {
  const latest = state.documents.at(-1);
  const head = { key: 'acknowledged', title: 'Acknowledged', ...idOf(latest?.documentId) } as const;
  const due = dueOf(state, 'functionalAcknowledgmentDue');
  switch (latest?.status) {
    case 'SYNTAX_OK':
      return {
        ...head,
        state: 'done',
        text: latest.acknowledgedErrors === true ? 'accepted with errors' : 'accepted',
        ...(latest.acknowledgedAt === undefined ? {} : { at: latest.acknowledgedAt }),
      };
    case 'SYNTAX_REJECTED':
      return { ...head, state: 'trouble', text: 'rejected by their system' };
    case 'SYNTAX_OVERDUE':
      return { ...head, state: 'trouble', text: 'overdue' };
    case 'TRANSPORT_OK':
      return {
        ...head,
        state: due.dueAt === undefined ? 'done' : 'waiting',
        text: due.dueAt === undefined ? 'not expected' : 'expected',
        ...due,
      };
    default:
      return { ...head, state: 'ahead', text: '' };
  }
}

const UNSETTLED: readonly string[] = ['PROPOSED', 'HOLD', 'OVERDUE', 'COUNTERED', 'REJECTED'];

function confirmedStep(state: OrderState): OrderStep {
  const head = { key: 'confirmed', title: 'Confirmed' } as const;
  const lines = liveLines(state);
  const settled = lines.filter((line) => line.slices.every((slice) => slice.state.startsWith('CONFIRMED')));
  const at = state.committedAt ?? state.respondedAt;
  const common = {
    ...head,
    ...(at === undefined ? {} : { at }),
    ...dueOf(state, 'responseDue'),
    ...idOf(state.responses.findLast((response) => response.applied)?.ref.documentId),
  };
  const text = share(settled.length, lines.length);
  if (lines.length > 0 && settled.length === lines.length) return { ...common, state: 'done', text };
  const trouble = lines.some((line) => line.slices.some((slice) => UNSETTLED.includes(slice.state)));
  if (trouble) {
    const overdue = lines.some((line) => line.slices.some((slice) => slice.state === 'OVERDUE'));
    return { ...common, state: 'trouble', text: overdue ? 'answer overdue' : `${text}, decision needed` };
  }
  if (settled.length > 0) return { ...common, state: 'partial', text };
  const waiting = state.documents.some((document) => document.transportedAt !== undefined);
  return { ...common, state: waiting ? 'waiting' : 'ahead', text: waiting ? 'waiting for the answer' : '' };
}

function shippedStep(state: OrderState): OrderStep {
  const live = state.shipments.filter((shipment) => shipment.status === 'live');
  const last = live.at(-1);
  const head = { key: 'shipped', title: 'Shipped', ...idOf(last?.ref.documentId) } as const;
  const due = dueOf(state, 'despatchDue');
  if (last === undefined)
    return { ...head, state: due.dueAt === undefined ? 'ahead' : 'waiting', text: '', ...due };
  return quantityStep(head, state, (line) => line.announced, last.receivedAt);
}

function receivedStep(state: OrderState): OrderStep {
  const head = { key: 'received', title: 'Received' } as const;
  const last = state.receipts.at(-1);
  const due = dueOf(state, 'arrivalDue');
  if (last === undefined)
    return { ...head, state: due.dueAt === undefined ? 'ahead' : 'waiting', text: '', ...due };
  return quantityStep(head, state, (line) => line.received, last.receivedAt);
}

function invoicedStep(
  state: OrderState,
  documents: readonly DocumentRecord[],
  invoices: readonly InvoiceRecord[],
): OrderStep {
  const last = invoices.at(-1);
  const head = { key: 'invoiced', title: 'Invoiced', ...idOf(last?.documentId) } as const;
  const held = state.billing.find((entry) => entry.status === 'held');
  const at = documents.find((document) => document.id === last?.documentId)?.createdAt;
  if (held !== undefined) {
    return { ...head, state: 'trouble', text: 'on hold', ...(at === undefined ? {} : { at }) };
  }
  if (state.billing.length === 0) return { ...head, state: 'ahead', text: '' };
  return quantityStep(head, state, (line) => line.invoiced, at);
}

function quantityStep(
  head: Pick<OrderStep, 'key' | 'title' | 'documentId'>,
  state: OrderState,
  done: (line: LineState) => string,
  at: string | undefined,
): OrderStep {
  const lines = liveLines(state);
  const complete = lines.filter(
    (line) => dec(done(line)).gte(line.line.quantity.value) || line.shortClosed === true,
  );
  return {
    ...head,
    state: complete.length === lines.length ? 'done' : 'partial',
    text: share(complete.length, lines.length),
    ...(at === undefined ? {} : { at }),
  };
}

function liveLines(state: OrderState): LineState[] {
  return state.lines.filter((line) => line.deleted !== true);
}

function share(part: number, whole: number): string {
  return part === whole ? (whole === 1 ? 'the line' : `all ${whole} lines`) : `${part} of ${whole} lines`;
}

function dueOf(state: OrderState, kind: Deadline['kind']): { dueAt?: string } {
  const dues = state.deadlines.filter((deadline) => deadline.kind === kind).map((deadline) => deadline.dueAt);
  const dueAt = dues.sort().at(0);
  return dueAt === undefined ? {} : { dueAt };
}

function idOf(documentId: string | undefined): { documentId?: string } {
  return documentId === undefined ? {} : { documentId };
}
