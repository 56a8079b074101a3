import type { OrderEventRecord } from '../orders/order-records.ts';
import type { Explanation, Fact, OrderEvent } from '../../tracking/model.ts';

/** One event of an order's life, told for a person. */
export interface TimelineEntry {
  sequence: number;
  at: string;
  type: OrderEvent['type'];
  /** What happened: `Supplier answered the order`. */
  title: string;
  /** Who made it happen: a person, `supplier`, `clock`, `erp`, `gateway`. */
  actor: string;
  /** What the person wrote, or what the document says of itself. */
  note?: string;
  documentId?: string;
  invoiceId?: string;
  facts: Fact['type'][];
  /** Why it was decided so. */
  explanations: Explanation[];
  policyVersion: string;
}

export function describeEvent(record: OrderEventRecord): TimelineEntry {
  const { sequence, at, event, facts, explanations, policyVersion } = record;
  return {
    sequence,
    at,
    type: event.type,
    ...wordsOf(event),
    facts: facts.map((fact) => fact.type),
    explanations,
    policyVersion,
  };
}

type Words = Pick<TimelineEntry, 'title' | 'actor' | 'note' | 'documentId' | 'invoiceId'>;

const OUTBOUND = { order: 'Order', orderChange: 'Order change' } as const;

const ACKNOWLEDGED = {
  accepted: 'Partner’s system accepted the document',
  acceptedWithErrors: 'Partner’s system accepted the document with errors',
  rejected: 'Partner’s system rejected the document',
  receivedOnly: 'Partner’s system confirmed receipt only',
} as const;

const ADVISED = {
  accepted: 'Partner’s application took the document over',
  acceptedWithErrors: 'Partner’s application took the document over with errors',
  rejected: 'Partner’s application rejected the document',
} as const;

const DEADLINES: Record<Extract<OrderEvent, { type: 'deadlineReached' }>['kind'], string> = {
  functionalAcknowledgmentDue: 'No functional acknowledgment in time',
  responseDue: 'Waiting for the supplier’s answer',
  parkedDocument: 'The order of an early answer has not come',
  decisionDue: 'A decision is due',
  reconfirm: 'Time to have the delivery confirmed again',
  despatchDue: 'No despatch advice in time',
  arrivalDue: 'The goods have not arrived in time',
  backorderReminder: 'The backorder is still open',
  backorderDecision: 'The backorder has waited too long',
  receiptWait: 'The invoice still waits for a receipt',
};

function wordsOf(event: OrderEvent): Words {
  switch (event.type) {
    case 'orderReleased':
      return { title: 'Order released', actor: 'erp', note: countLines(event.order.lines.length) };
    case 'orderChanged':
      return { title: 'Order changed', actor: event.author?.name ?? 'erp', ...noteOf(event.reason) };
    case 'orderCancelled':
      return { title: 'Cancellation asked for', actor: event.author?.name ?? 'erp', ...noteOf(event.reason) };
    case 'documentQueued':
      return {
        title: `${OUTBOUND[event.documentType]}, version ${event.version}, ready to be sent`,
        actor: 'gateway',
        documentId: event.documentId,
      };
    case 'transmissionSucceeded':
      return {
        title: `${OUTBOUND[event.documentType]}, version ${event.version}, delivered`,
        actor: 'gateway',
        documentId: event.documentId,
      };
    case 'transmissionFailed':
      return {
        title: `${OUTBOUND[event.documentType]}, version ${event.version}, could not be delivered`,
        actor: 'gateway',
        documentId: event.documentId,
        note: event.reason,
      };
    case 'functionalAcknowledgmentReceived':
      return { title: ACKNOWLEDGED[event.status], actor: 'supplier', documentId: event.documentId };
    case 'applicationAdviceReceived':
      return {
        title: ADVISED[event.document.status],
        actor: 'supplier',
        documentId: event.documentRef.documentId,
        ...noteOf(event.document.reasons.flatMap(({ title, text }) => text ?? title ?? []).join(' ')),
      };
    case 'orderResponseReceived':
      return {
        title: 'Supplier answered',
        actor: 'supplier',
        documentId: event.documentRef.documentId,
        note: countLines(event.document.lines.length),
      };
    case 'despatchAdviceReceived':
      return {
        title: `Shipment ${event.document.id} announced`,
        actor: 'supplier',
        documentId: event.documentRef.documentId,
        note: countLines(event.document.lines.length),
      };
    case 'goodsReceived':
      return {
        title: `${event.document.corrects === undefined ? 'Goods received' : 'Count of goods set right'} (${event.document.id})`,
        actor: 'erp',
        note: countLines(event.document.lines.length),
      };
    case 'invoiceMatched':
      return { title: 'Invoice matched', actor: 'gateway', invoiceId: event.invoiceId };
    case 'invoiceHeld':
      return {
        title: 'Invoice on hold',
        actor: 'gateway',
        invoiceId: event.invoiceId,
        note: event.holds.join(', '),
      };
    case 'creditMatched':
      return { title: 'Credit note matched', actor: 'gateway', invoiceId: event.invoiceId };
    case 'deadlineReached':
      return {
        title: DEADLINES[event.kind],
        actor: 'clock',
        ...noteOf(event.caughtUp === true ? CAUGHT_UP : undefined),
      };
    case 'buyerDecided':
      return { title: `Decided: ${event.action}`, actor: event.author.name, ...noteOf(event.reason) };
    case 'resendRequested':
      return {
        title: `${OUTBOUND[event.documentType]}, version ${event.version}, to be sent again`,
        actor: event.author.name,
        note: event.reason,
      };
  }
}

const CAUGHT_UP = 'Noticed late, after the gateway had been down';

function noteOf(note: string | undefined): { note?: string } {
  return note === undefined || note === '' ? {} : { note };
}

function countLines(count: number): string {
  return count === 1 ? '1 line' : `${count} lines`;
}
