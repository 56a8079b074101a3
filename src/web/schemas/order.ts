import * as z from 'zod';
import { order as canonicalOrder } from '../../documents/order.ts';
import { item, price } from '../../documents/primitives.ts';
import { documentRow } from './document.ts';
import { exception } from './exception.ts';
import { invoiceRow } from './invoice.ts';

const decimal = z.string();

export const orderRow = z
  .object({
    id: z.string(),
    number: z.string(),
    partnerId: z.string(),
    version: z.int(),
    badge: z.string(),
    open: z.boolean(),
    currency: z.string(),
    totalAmount: decimal,
    requestedDate: z.string(),
    createdAt: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: 'OrderRow' });

const step = z.object({
  key: z.enum(['ordered', 'acknowledged', 'confirmed', 'shipped', 'received', 'invoiced']),
  title: z.string(),
  state: z.enum(['done', 'partial', 'waiting', 'trouble', 'ahead']),
  text: z.string(),
  at: z.string().optional(),
  dueAt: z.string().optional(),
  documentId: z.string().optional(),
});

/** A part of a line's quantity with one promise. */
const slice = z.object({
  id: z.string(),
  state: z.enum([
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
  ]),
  quantity: decimal,
  date: z.string().optional(),
  dateKind: z.enum(['delivery', 'ship']).optional(),
  estimated: z.literal(true).optional(),
  price: price.optional(),
  item: item.optional(),
  claim: z.string().optional(),
  code: z.string().optional(),
  reason: z.string().optional(),
  changes: z.array(z.enum(['quantity', 'date', 'price', 'item'])).optional(),
  implied: z.literal(true).optional(),
  heldFor: z.enum(['supplier', 'buyer', 'masterData']).optional(),
});

/** What one document says of a line. */
const said = z.object({
  quantity: decimal.optional(),
  price: z.string().optional(),
  date: z.string().optional(),
  states: z.array(z.string()).optional(),
});

const line = z
  .object({
    id: z.string(),
    itemId: z.string(),
    description: z.string(),
    unit: z.string(),
    balance: z.object({
      ordered: decimal,
      confirmed: decimal,
      backordered: decimal,
      rejected: decimal,
      cancelled: decimal,
      open: decimal,
      over: decimal,
    }),
    announced: decimal,
    received: decimal,
    invoiced: decimal,
    slices: z.array(slice),
    deleted: z.boolean(),
    shortClosed: z.boolean(),
    order: said,
    response: said,
    despatch: said,
    receipt: said,
    invoice: said,
    differences: z.array(
      z.object({
        column: z.enum(['response', 'despatch', 'receipt', 'invoice']),
        field: z.enum(['quantity', 'price', 'date']),
        direction: z.enum(['more', 'less']),
        text: z.string(),
      }),
    ),
  })
  .meta({ id: 'OrderLineView' });

const explanation = z.object({
  rule: z.string(),
  code: z.string().optional(),
  text: z.string(),
  lineId: z.string().optional(),
  inputs: z.record(z.string(), z.string()).optional(),
  tolerance: z
    .object({ name: z.string(), limit: z.string(), level: z.string(), version: z.string() })
    .optional(),
});

const timelineEntry = z
  .object({
    sequence: z.int(),
    at: z.string(),
    type: z.string(),
    title: z.string(),
    actor: z.string(),
    note: z.string().optional(),
    documentId: z.string().optional(),
    invoiceId: z.string().optional(),
    /** Business events that were published: `order.acknowledged`. */
    facts: z.array(z.string()),
    explanations: z.array(explanation),
    policyVersion: z.string(),
  })
  .meta({ id: 'TimelineEntry' });

export const deadline = z.object({
  orderId: z.string(),
  key: z.string(),
  kind: z.string(),
  dueAt: z.string(),
  owner: z.string(),
  subject: z.string(),
});

/** Everything about one order. */
export const orderDetail = z
  .object({
    order: orderRow,
    /** The newest version in full; absent while only answers to it have come. */
    document: canonicalOrder.optional(),
    steps: z.array(step),
    lines: z.array(line),
    /** The newest first. */
    timeline: z.array(timelineEntry),
    documents: z.array(documentRow),
    exceptions: z.array(exception),
    deadlines: z.array(deadline),
    invoices: z.array(invoiceRow),
  })
  .meta({ id: 'Order' });
