import * as z from 'zod';
import { date, decimal, instant, text } from '../documents/primitives.ts';

const head = {
  /** Deterministic: the same decision taken again publishes the same id. */
  id: text,
  occurredAt: instant,
  orderId: text,
  partnerId: text,
};

function fact<T extends string, S extends z.ZodRawShape>(type: T, data: S) {
  return z.strictObject({ type: z.literal(type), ...head, data: z.strictObject(data) });
}

/** What somebody has to look at may be about a file, a channel or an invoice instead of an order. */
function exceptionFact<T extends string, S extends z.ZodRawShape>(type: T, data: S) {
  const subject = { fileId: text.optional(), documentId: text.optional(), invoiceId: text.optional() };
  const { id, occurredAt, orderId, partnerId } = head;
  return z.strictObject({
    type: z.literal(type),
    id,
    occurredAt,
    orderId: orderId.optional(),
    partnerId: partnerId.optional(),
    data: z.strictObject({ ...data, ...subject }),
  });
}

const version = z.int().positive();
const quantities = z.array(z.strictObject({ lineId: text, quantity: decimal }));

const commitmentState = z.enum([
  'OPEN',
  'AWAITING',
  'OVERDUE',
  'CONFIRMED',
  'CONFIRMED_CHANGED',
  'PROPOSED',
  'COUNTERED',
  'PENDING',
  'BACKORDERED',
  'HOLD',
  'REJECTED',
  'CANCEL_REQUESTED',
  'CANCELLED',
]);

const slices = z.array(
  z.strictObject({
    lineId: text,
    sliceId: text,
    state: commitmentState,
    quantity: decimal,
    date: date.optional(),
  }),
);

/** The business events that Tradelane publishes; docs/events/ is generated from these schemas. */
export const FACT_SCHEMAS = {
  'order.created': fact('order.created', { version, lineCount: z.int().positive() }),
  'order.sent': fact('order.sent', { version, documentId: text }),
  'order.sendFailed': fact('order.sendFailed', { version, documentId: text, reason: text }),
  'order.syntaxAccepted': fact('order.syntaxAccepted', {
    version,
    documentId: text,
    withErrors: z.boolean(),
  }),
  'order.syntaxRejected': fact('order.syntaxRejected', { version, documentId: text }),
  'order.applicationAccepted': fact('order.applicationAccepted', {
    version,
    documentId: text,
    withErrors: z.boolean(),
  }),
  'order.applicationRejected': fact('order.applicationRejected', { version, documentId: text }),
  'order.acknowledged': fact('order.acknowledged', {
    version,
    documentId: text,
    slices,
  }),
  'order.changeProposed': fact('order.changeProposed', { version, slices }),
  'order.changeDecided': fact('order.changeDecided', {
    version,
    action: text,
    author: text,
    lineIds: z.array(text),
  }),
  'order.changed': fact('order.changed', { version, lineIds: z.array(text) }),
  'order.cancelRequested': fact('order.cancelRequested', { version, lineIds: z.array(text) }),
  'order.cancelled': fact('order.cancelled', { version, lineIds: z.array(text) }),
  'order.overdue': fact('order.overdue', { version, rung: text, caughtUp: z.boolean() }),
  'order.shortClosed': fact('order.shortClosed', { version, lineIds: z.array(text) }),
  'order.closed': fact('order.closed', { version }),
  'shipment.dispatched': fact('shipment.dispatched', {
    shipmentId: text,
    shipDate: date.optional(),
    estimatedDeliveryDate: date.optional(),
    lines: quantities,
  }),
  'shipment.replaced': fact('shipment.replaced', { shipmentId: text, lines: quantities }),
  'shipment.cancelled': fact('shipment.cancelled', { shipmentId: text }),
  'goods.received': fact('goods.received', { receiptId: text, lines: quantities }),
  'invoice.matched': fact('invoice.matched', { invoiceId: text, lines: quantities }),
  'invoice.held': fact('invoice.held', { invoiceId: text, holds: z.array(text) }),
  'invoice.credited': fact('invoice.credited', { invoiceId: text, lines: quantities }),
  'exception.raised': exceptionFact('exception.raised', {
    fingerprint: text,
    exceptionType: text,
    lineId: text.optional(),
    title: text,
  }),
  'exception.closed': exceptionFact('exception.closed', { fingerprint: text, by: text, action: text }),
} as const;

export type FactType = keyof typeof FACT_SCHEMAS;

export type Fact = { [T in FactType]: z.infer<(typeof FACT_SCHEMAS)[T]> }[FactType];
