import type { OdooOrderLink, OdooLineLink } from '../../../src/odoo/order-link.ts';
import type { OdooOrder, OdooOrderLine } from '../../../src/odoo/write/odoo-order.ts';
import type { LineState, OrderState } from '../../../src/tracking/model.ts';

/** One order of ours and its counterpart, as plain as they can be: a test changes what it is about. */

export function lineState(fields: Partial<LineState> = {}): LineState {
  const id = fields.id ?? '1';
  return {
    id,
    line: {
      id,
      item: { buyerId: 'A', gtin: '061414100014' },
      quantity: { value: '100', unit: 'EA' },
      price: { amount: '10' },
      requestedDeliveryDate: '2026-12-15',
    },
    changedInVersion: 1,
    slices: [{ id: `${id}.1`, state: 'AWAITING', quantity: '100' }],
    nextSlice: 2,
    awaitingVersion: 1,
    announced: '0',
    received: '0',
    accepted: '0',
    damaged: '0',
    returned: '0',
    overAccepted: '0',
    invoiced: '0',
    credited: '0',
    ...fields,
  };
}

export function orderState(lines: LineState[], fields: Partial<OrderState> = {}): OrderState {
  return {
    orderId: 'P00001',
    partnerId: 'acme',
    phase: 'live',
    version: 1,
    lines,
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
    ...fields,
  };
}

export const EACH = { id: 1, factor: '1', rounding: '0.01' };

export function odooLine(fields: Partial<OdooOrderLine> = {}): OdooOrderLine {
  return {
    id: 11,
    values: { quantity: '100', price: '10', date: '2026-12-15', discount: '0' },
    datePlanned: '2026-12-15 12:00:00',
    writeDate: '2026-11-21 09:00:00',
    name: '[A] Article',
    productId: 7,
    unit: EACH,
    stockUnit: EACH,
    tracking: 'none',
    taxIds: [],
    netPrice: '10',
    netPriceStep: '0.000001',
    received: '0',
    invoiced: '0',
    ...fields,
  };
}

export function odooOrder(lines: OdooOrderLine[], fields: Partial<OdooOrder> = {}): OdooOrder {
  return {
    id: 1,
    name: 'P00001',
    state: 'purchase',
    locked: false,
    acknowledged: false,
    vendorReference: '',
    partnerId: 3,
    companyId: 1,
    currency: { id: 1, name: 'USD' },
    paymentTermId: undefined,
    writeDate: '2026-11-21 09:00:00',
    pickingIds: [],
    lines,
    ...fields,
  };
}

export function orderLink(
  lines: Partial<OdooLineLink>[],
  fields: Partial<OdooOrderLink> = {},
): OdooOrderLink {
  return {
    orderId: 'P00001',
    odooId: 1,
    companyId: 1,
    currency: 'USD',
    state: 'confirmed',
    content: '',
    intendedSlices: [],
    lines: lines.map((line, index) => ({
      odooId: 11 + index,
      lineId: String(index + 1),
      slice: false,
      seen: { quantity: '100', price: '10', date: '2026-12-15', discount: '0' },
      ...line,
    })),
    ...fields,
  };
}
