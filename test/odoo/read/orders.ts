import { dec } from '../../../src/common/decimal.ts';
import type { Order } from '../../../src/documents/order.ts';
import type { OdooRow } from '../../../src/odoo/client/odoo-client.ts';
import { odooNames } from '../../../src/odoo/client/odoo-names.ts';
import type { OdooLineLink, OdooOrderLink } from '../../../src/odoo/order-link.ts';
import { notesBetween } from '../../../src/odoo/read/line-texts.ts';
import type { MasterData, OdooUnit } from '../../../src/odoo/read/master-data.ts';
import { orderDocumentOf } from '../../../src/odoo/read/order-document.ts';
import { readLinesOf } from '../../../src/odoo/read/order-lines.ts';
import type { OrderRows } from '../../../src/odoo/read/read-order-rows.ts';
import { DEFAULT_POLICY } from '../../../src/tracking/policy.ts';
import { decide } from '../../../src/tracking/decide.ts';
import type { OrderState } from '../../../src/tracking/model.ts';

/** Orders as Odoo's rows, read into documents. */

const ZONE = 'Europe/Berlin';
const NAMES = odooNames({ major: 19, minor: 0, text: '19.0' });
const NOW = '2026-11-21T08:00:00.000Z';

const unit = (name: string, code: string | undefined, ratio: number): OdooUnit => ({
  name,
  code,
  ratio: dec(ratio),
  root: '1',
});

const MASTER = {
  units: new Map([
    [1, unit('Units', 'EA', 1)],
    [2, unit('Dozens', 'DZN', 12)],
    [3, unit('Gebinde', undefined, 40)],
  ]),
  currencies: new Map([
    [1, { code: 'EUR', decimals: 2 }],
    [2, { code: 'JPY', decimals: 0 }],
  ]),
  terms: new Map(),
  termLines: new Map(),
  taxes: new Map([
    [1, { id: 1, amount: 19, amount_type: 'percent', price_include: false }],
    [2, { id: 2, amount: 20, amount_type: 'percent', price_include: true }],
  ]),
  incoterms: new Map(),
  companies: new Map([
    [1, { id: 1, name: 'We', partner: { id: 1, name: 'We', global_location_number: '4012345500004' } }],
  ]),
  warehouses: new Map([[1, { code: 'WH', name: 'Main', partner: undefined }]]),
  warehouseOfOperation: new Map([[1, 1]]),
  locationUsage: new Map(),
} as unknown as MasterData;

interface LineSpec {
  id: number;
  quantity?: number;
  price?: number;
  date?: string;
  discount?: number;
  unitId?: number;
  taxIds?: number[];
  subtotal?: number;
  variant?: string[];
  /** As Odoo proposes it where it is not given. */
  name?: string;
}

/** Rows of goods, and what stands between them. */
export function rowsOf(
  lines: readonly LineSpec[],
  order: Record<string, unknown> = {},
  between: OdooRow[] = [],
): OrderRows {
  return {
    order: {
      id: 7,
      name: 'P00007',
      state: 'purchase',
      date_approve: '2026-11-20 23:30:00',
      currency_id: [1, 'EUR'],
      company_id: [1, 'We'],
      picking_type_id: [1, 'Receipts'],
      ...order,
    },
    lines: lines.map(
      ({
        id,
        quantity = 100,
        price = 2.5,
        date = '2026-12-15 12:00:00',
        discount = 0,
        unitId = 1,
        taxIds = [],
        subtotal = 0,
        variant = [],
        name = `[A-${id}] Article`,
      }) => ({
        id,
        name,
        product_qty: quantity,
        price_unit: price,
        price_subtotal: subtotal,
        date_planned: date,
        discount,
        product_uom_id: [unitId, ''],
        tax_ids: taxIds,
        product_id: {
          id: 70 + id,
          default_code: `A-${id}`,
          barcode: '4012345000009',
          name: 'Article',
          uom_id: [1, ''],
          product_template_variant_value_ids: variant.map((value, index) => ({ id: index, name: value })),
        },
      }),
    ),
    vendorItems: new Map([[11, { code: 'V-11' }]]),
    packBarcodes: new Map([[12, '4012345000016']]),
    foreignNames: new Map([[14, 'Artikel']]),
    notes: notesBetween([...lines.map(({ id }) => ({ id, sequence: 10, display_type: false })), ...between]),
  };
}

export function read(rows: OrderRows, link?: OdooOrderLink, state?: OrderState) {
  const { lines, problems } = readLinesOf(rows, { names: NAMES }, MASTER, ZONE);
  const seller = { id: 'V', scheme: 'buyerAssigned' as const };
  return {
    problems,
    ...orderDocumentOf({ rows, lines, seller, references: [], master: MASTER, zone: ZONE, link, state }),
  };
}

export const linkOf = (lines: OdooLineLink[], more: Partial<OdooOrderLink> = {}): OdooOrderLink => ({
  orderId: 'P00007',
  odooId: 7,
  companyId: 1,
  currency: 'EUR',
  state: 'confirmed',
  content: '',
  intendedSlices: [],
  ...more,
  lines,
});

/** Released, sent, and answered with a later date for line 1. */
export function answered(order: Order, date: string): OrderState {
  const policy = DEFAULT_POLICY;
  const released = decide(
    undefined,
    { type: 'orderReleased', id: 'e1', order, partnerId: 'p' },
    policy,
    NOW,
  ).state!;
  const sent = decide(
    released,
    { type: 'transmissionSucceeded', id: 'e2', documentId: 'd', documentType: 'order', version: 1 },
    policy,
    NOW,
  ).state!;
  const line = order.lines[0]!;
  return decide(
    sent,
    {
      type: 'orderResponseReceived',
      id: 'e3',
      partnerId: 'p',
      documentRef: { documentId: 'r', contentHash: 'h' },
      findings: [],
      document: {
        documentType: 'orderResponse',
        id: 'R1',
        issueDate: '2026-11-21',
        orderId: order.id,
        purpose: 'original',
        claim: 'acceptedWithChanges',
        lines: [
          {
            orderLineId: line.id,
            item: line.item,
            quantity: line.quantity,
            price: line.price!,
            schedules: [{ claim: 'dateChanged', quantity: line.quantity, date, dateKind: 'delivery' }],
          },
        ],
      },
    } as never,
    policy,
    NOW,
  ).state!;
}

/** As a release kept them that did not send texts. */
export const withoutWords = (lines: readonly OdooLineLink[]): OdooLineLink[] =>
  lines.map((line) => Object.fromEntries(Object.entries(line).filter(([name]) => name !== 'words')) as never);
