import { createHash } from 'node:crypto';
import type { Invoice, InvoiceLine } from '../src/documents/invoice.ts';
import type { MatchInput, OrderLineFact } from '../src/tracking/match/facts.ts';
import { match } from '../src/tracking/match/match.ts';
import { companyPolicy } from '../src/tracking/match/policy.ts';
import { measureStoreToDecision } from './match-store.ts';
import { measure } from './measure.ts';
import type { Figure } from './report.ts';

const LINE_COUNTS = [5, 50, 1000];

const CONTEXT = {
  hash: (text: string) => createHash('sha256').update(text).digest('hex'),
  decidedAt: '2026-03-20T10:00:00.000Z',
  actor: 'bench',
};

/** Three-way, 20 % VAT, one receipt for each line; every tenth line bills more than was received. */
function invoiceOf(count: number): MatchInput {
  const orderLines = Array.from({ length: count }, (_, index): OrderLineFact => ({
    id: String(index + 1),
    item: { buyerId: `ITEM-${index + 1}` },
    quantity: '110',
    unit: 'EA',
    price: { amount: `${10 + (index % 90)}.${10 + (index % 89)}` },
    state: 'open',
    taxRate: '20',
  }));
  const lines = orderLines.map(({ id, item, price }, index): InvoiceLine => ({
    orderLineId: id,
    item,
    quantity: { value: index % 10 === 3 ? '110' : '100', unit: 'EA' },
    ...(price === undefined ? {} : { price }),
  }));
  const net = lines.reduce(
    (sum, { quantity, price }) => sum + Math.round(Number(quantity.value) * Number(price?.amount) * 100),
    0,
  );
  const tax = Math.round(net * 0.2);
  const document: Invoice = {
    documentType: 'invoice',
    invoiceType: 'commercial',
    id: 'INV-1',
    issueDate: '2026-03-15',
    orderId: 'PO-1',
    currency: 'EUR',
    lines,
    totals: { tax: (tax / 100).toFixed(2), payable: ((net + tax) / 100).toFixed(2) },
  };
  return {
    documentId: 'doc-1',
    document,
    sequence: 1,
    today: '2026-03-20',
    supplier: { id: 'S-1' },
    orders: [
      {
        id: 'PO-1',
        version: 1,
        supplierId: 'S-1',
        currency: 'EUR',
        issueDate: '2026-03-01',
        state: 'open',
        lines: orderLines,
      },
    ],
    receipts: orderLines.map(({ id }) => ({
      id: `R-${id}`,
      orderId: 'PO-1',
      orderLineId: id,
      receivedDate: '2026-03-10',
      quantity: '100',
    })),
    despatches: [],
    commitments: [],
    substitutions: [],
    priorInvoices: [],
    units: [],
    policy: companyPolicy({ version: 'v1' }),
  };
}

/** Invoice lines decided in a second on one core, hash and explained record included. */
export async function* runMatch(wanted: string): AsyncIterable<Figure> {
  for (const count of LINE_COUNTS) {
    const name = `invoice of ${count} lines`;
    if (!name.includes(wanted)) continue;
    const input = invoiceOf(count);
    const times = measure([
      { name: 'match', run: () => match(input, CONTEXT) },
      { name: 'JSON.stringify', run: () => JSON.stringify(input) },
    ]);
    const time = times.get('match') ?? Number.NaN;
    yield {
      suite: 'match',
      case: name,
      work: 'match',
      value: (count * 1_000_000) / time,
      unit: 'lines/s',
      ratios: { 'JSON.stringify': (times.get('JSON.stringify') ?? Number.NaN) / time },
    };
  }
  const name = 'invoice of 1000 lines, order with 1000 receipts';
  if (!name.includes(wanted)) return;
  yield {
    suite: 'match',
    case: name,
    work: 'from store to decision',
    value: await measureStoreToDecision(9),
    unit: 'ms',
    ratios: {},
  };
}
