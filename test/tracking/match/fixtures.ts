import { createHash } from 'node:crypto';
import type { MatchInput, OrderFact, OrderLineFact } from '../../../src/tracking/match/facts.ts';
import { match } from '../../../src/tracking/match/match.ts';
import type { MatchDecision } from '../../../src/tracking/match/model.ts';
import { companyPolicy } from '../../../src/tracking/match/policy.ts';
import type { Invoice, InvoiceLine } from '../../../src/documents/invoice.ts';

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export const DECIDED = { hash: sha256, decidedAt: '2026-03-20T10:00:00.000Z', actor: 'gateway' };

export function decide(input: MatchInput): MatchDecision {
  return match(input, DECIDED);
}

export function orderLine(fields: Partial<OrderLineFact> & { id: string }): OrderLineFact {
  return {
    item: { buyerId: `ITEM-${fields.id}` },
    quantity: '100',
    unit: 'EA',
    price: { amount: '10.00' },
    state: 'open',
    taxRate: '0',
    ...fields,
  };
}

export function order(fields: Partial<OrderFact> = {}): OrderFact {
  return {
    id: 'PO-1',
    version: 1,
    supplierId: 'S-1',
    companyId: 'C-1',
    currency: 'EUR',
    issueDate: '2026-03-01',
    state: 'open',
    lines: [orderLine({ id: '1' })],
    ...fields,
  };
}

export function invoiceLine(fields: Partial<InvoiceLine> = {}): InvoiceLine {
  return {
    orderLineId: '1',
    item: { buyerId: 'ITEM-1' },
    quantity: { value: '100', unit: 'EA' },
    price: { amount: '10.00' },
    ...fields,
  };
}

export function invoice(fields: Partial<Invoice> = {}): Invoice {
  return {
    documentType: 'invoice',
    invoiceType: 'commercial',
    id: 'INV-1',
    issueDate: '2026-03-15',
    orderId: 'PO-1',
    currency: 'EUR',
    lines: [invoiceLine()],
    totals: { payable: '1000.00' },
    ...fields,
  };
}

export function matchInput(fields: Partial<MatchInput> = {}): MatchInput {
  return {
    documentId: 'doc-1',
    document: invoice(),
    sequence: 1,
    today: '2026-03-20',
    supplier: { id: 'S-1' },
    orders: [order()],
    receipts: [{ id: 'R-1', orderId: 'PO-1', orderLineId: '1', receivedDate: '2026-03-10', quantity: '100' }],
    despatches: [],
    commitments: [],
    substitutions: [],
    priorInvoices: [],
    units: [],
    policy: companyPolicy({ version: 'v4' }),
    ...fields,
  };
}
