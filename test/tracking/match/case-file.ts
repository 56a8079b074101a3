import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { CreditNote, Invoice, InvoiceLine } from '../../../src/documents/invoice.ts';
import { creditNote, invoice as invoiceSchema } from '../../../src/documents/invoice.ts';
import { allowanceCharge } from '../../../src/documents/primitives.ts';
import type { AllowanceCharge, Item, Price, Quantity, Tax } from '../../../src/documents/primitives.ts';
import type {
  MatchInput,
  OrderFact,
  OrderLineFact,
  PlannedCharge,
  PriorInvoice,
  SupplierFact,
} from '../../../src/tracking/match/facts.ts';
import { companyPolicy } from '../../../src/tracking/match/policy.ts';
import type { Level, LimitName, Limits, MatchMode } from '../../../src/tracking/match/policy.ts';

/**
 * A case as an accountant writes it. Every scalar is text. What is left out is the standard situation: supplier S-1, order
 * PO-1 of 1 March with line 1, 100 EA of ITEM-1 at 10.00 EUR without tax, all of it received on 10 March, policy v4 with the
 * system's limits, today 20 March 2026.
 */
export interface MatchCase {
  case: string;
  scenario?: string;
  words: string;
  arithmetic: string;
  orders?: CaseOrder[];
  receipts?: CaseReceipt[];
  commitments?: { at: string; id: string; quantity: string; price?: string }[];
  substitutions?: { at: string; item: string; accepted: string }[];
  despatches?: { id: string; at: string; shipped?: string; item?: string }[];
  prior?: CasePrior[];
  units?: { unit: string; is: string; item?: string; approved?: string }[];
  supplier?: Record<string, unknown>;
  policy?: Record<string, unknown>;
  tolerances?: {
    name: LimitName;
    level: Level;
    version?: string;
    scope?: Record<string, string>;
    limits: Limits;
  }[];
  modes?: {
    mode: MatchMode;
    level: Level;
    version?: string;
    scope?: Record<string, string>;
    permission?: string;
  }[];
  rate?: string;
  today?: string;
  count?: string;
  invoice: CaseInvoice;
  expect: CaseExpectation;
}

interface CaseOrder {
  id?: string;
  supplier?: string;
  company?: string;
  currency?: string;
  date?: string;
  state?: OrderFact['state'];
  terms?: string;
  pay?: string;
  planned?: string[];
  lines?: CaseOrderLine[];
}

interface CaseOrderLine {
  id: string;
  item?: string;
  quantity?: string;
  price?: string;
  cancelled?: string;
  overReceiptAccepted?: string;
  state?: OrderLineFact['state'];
  discount?: string;
  tax?: string;
  service?: string;
  description?: string;
}

interface CaseReceipt {
  at: string;
  quantity: string;
  accepted?: string;
  date?: string;
}

interface CasePrior {
  number: string;
  supplier?: string;
  kind?: 'invoice' | 'creditNote';
  status?: PriorInvoice['status'];
  date?: string;
  amount: string;
  sequence?: string;
  channel?: string;
  delivery?: string;
  /** Of a credit note: the invoice that it names. */
  original?: string;
  lines?: string[];
  charges?: string[];
}

interface CaseInvoice {
  kind?: 'invoice' | 'corrected' | 'debit' | 'proForma' | 'creditNote';
  number?: string;
  date?: string;
  order?: string;
  currency?: string;
  original?: string;
  effect?: CreditNote['effect'];
  seller?: string;
  account?: string;
  remitTo?: string;
  shipped?: string;
  pay?: string;
  /** For early payment: percent within days, `2/10`. */
  discount?: string;
  delivery?: string;
  lines?: CaseInvoiceLine[];
  charges?: string[];
  taxes?: string[];
  tax?: string;
  /** Totals beside the payable: `charges: '50.00'`. */
  totals?: Record<string, string>;
  prepaid?: string;
  rounding?: string;
  total: string;
}

interface CaseInvoiceLine {
  line?: string;
  order?: string;
  item?: string;
  seller?: string;
  gtin?: string;
  description?: string;
  quantity?: string;
  price?: string;
  amount?: string;
  charges?: string[];
  delivery?: string;
  tax?: string;
}

interface CaseExpectation {
  outcome: string;
  payable?: string;
  atStake?: string;
  /** `1 M6 PRICE_HIGH`: line, check and code of everything that fails, in any order; nothing else may fail. */
  fails?: string[];
  /** `1 M6 tolerated`: further results. */
  checks?: string[];
  holds?: string[];
  says?: string[];
  lines?: string[];
  amounts?: Record<string, string>;
}

const FOLDER = new URL('./cases/', import.meta.url);

/** All cases, by file. */
export function readCaseFiles(): { file: string; cases: MatchCase[] }[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => ({
      file,
      cases: parse(readFileSync(new URL(file, FOLDER), 'utf8'), { schema: 'failsafe' }) as MatchCase[],
    }));
}

/** Settings in which `true` and `false` are meant as such. */
function readFlags(value: unknown): unknown {
  if (value === 'true' || value === 'false') return value === 'true';
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, readFlags(each)]));
}

function place(at: string): { orderId: string; orderLineId: string } {
  const [orderId = '', orderLineId = ''] = at.split('/');
  return { orderId, orderLineId };
}

/** `100 EA` */
function readQuantity(text: string): Quantity {
  const [value = '0', unit] = text.split(' ');
  return { value, ...(unit === undefined ? {} : { unit }) };
}

/** `10.00`, `950.00 per 100`, `4.20 per 1 KGM`, `12.00 basis PV` */
function readPrice(text: string): Price {
  const [amount = '0', word, second, third] = text.split(' ');
  if (word === 'basis') return { amount, ...(second === undefined ? {} : { basisCode: second }) };
  return {
    amount,
    ...(second === undefined ? {} : { baseQuantity: second }),
    ...(third === undefined ? {} : { unit: third }),
  };
}

/**
 * `freight charge 30.00`, `discount allowance 5 %`, `discount allowance 12.00 = 5 % of 240.00`; or `discount allowance
 * rate 1.20/100 x 250`; behind it what it is of (`gross`, `remaining`, `other`), its `step 2`, its `tax 19 %`, its `code EAB` and
 * its settlement (`billBack`).
 */
function readCharge(text: string): AllowanceCharge {
  const found =
    /^(\w+) (\w+)(?: (-?[\d.]+)(?= =| [a-z]|$))?(?:(?: =)? ([\d.]+) %)?(?: of ([\d.]+))?(?: rate ([\d.]+)(?:\/(\d+))?(?: x (\d+))?)?(?: (gross|remaining|other))?(?: step (\d))?(?: tax ([\d.]+) %)?(?: code (\w+))?(?: (\w+))?$/.exec(
      text,
    );
  if (found === null) throw new Error(`unreadable charge: ${text}`);
  const [, reason, kind, amount, percent, baseAmount, rate, per, units, ...others] = found;
  const [percentOf, step, tax, code, settlement] = others;
  return allowanceCharge.parse({
    reason,
    kind,
    ...(amount === undefined ? {} : { amount }),
    ...(percent === undefined ? {} : { percent }),
    ...(baseAmount === undefined ? {} : { baseAmount }),
    ...(rate === undefined
      ? {}
      : { rate: { amount: rate, ...(per === undefined ? {} : { baseQuantity: per }) } }),
    ...(units === undefined ? {} : { quantity: { value: units } }),
    ...(code === undefined ? {} : { code }),
    ...(percentOf === undefined ? {} : { percentOf }),
    ...(step === undefined ? {} : { step: Number(step) }),
    ...(tax === undefined ? {} : { taxes: [{ type: 'VAT', rate: tax }] }),
    ...(settlement === undefined ? {} : { settlement }),
  });
}

/** `freight charge 30.00`, `discount allowance 5 %` */
function readPlanned(text: string): PlannedCharge {
  const [reason, kind, value = '0', sign] = text.split(' ');
  return {
    reason: reason as PlannedCharge['reason'],
    kind: kind as PlannedCharge['kind'],
    ...(sign === '%' ? { percent: value } : { amount: value }),
  };
}

/** `20 % of 1000.00 = 200.00`, `0 % reverse charge` */
function readTax(text: string): Tax {
  const found = /^(\S+) %(?: of (\S+) = (\S+))?( reverse charge)?$/.exec(text);
  const [, rate, baseAmount, amount, reverse] = found ?? [];
  if (rate === undefined) throw new Error(`unreadable tax: ${text}`);
  return {
    type: 'VAT',
    rate,
    ...(baseAmount === undefined ? {} : { baseAmount }),
    ...(amount === undefined ? {} : { amount }),
    ...(reverse === undefined ? {} : { category: 'AE', exemptionReason: 'reverse charge' }),
  };
}

function readItem({ item, seller, gtin, description }: CaseInvoiceLine, line: string | undefined): Item {
  const named = item ?? seller ?? gtin ?? description;
  return {
    ...(named === undefined ? { buyerId: `ITEM-${line ?? ''}` } : {}),
    ...(item === undefined ? {} : { buyerId: item }),
    ...(seller === undefined ? {} : { sellerId: seller }),
    ...(gtin === undefined ? {} : { gtin }),
    ...(description === undefined ? {} : { description }),
  };
}

/** Item text of an order line: `ITEM-1`, or `ITEM-1 seller:V-1 gtin:4012345000009`. */
function readOrderItem(text: string, description?: string): Item {
  const item: Item = {};
  for (const part of text.split(' ')) {
    if (part.startsWith('seller:')) item.sellerId = part.slice(7);
    else if (part.startsWith('gtin:')) item.gtin = part.slice(5);
    else item.buyerId = part;
  }
  if (description !== undefined) item.description = description;
  return item;
}

function readOrderLine(line: CaseOrderLine): OrderLineFact {
  const { value, unit } = readQuantity(line.quantity ?? '100 EA');
  const [discount, sign] = (line.discount ?? '').split(' ');
  return {
    id: line.id,
    item: readOrderItem(line.item ?? `ITEM-${line.id}`, line.description),
    quantity: value,
    ...(unit === undefined ? {} : { unit }),
    ...(line.price === 'none' ? {} : { price: readPrice(line.price ?? '10.00') }),
    state: line.state ?? 'open',
    ...(line.cancelled === undefined ? {} : { cancelledQuantity: line.cancelled }),
    ...(line.overReceiptAccepted === undefined ? {} : { acceptedOverReceipt: line.overReceiptAccepted }),
    ...(line.tax === 'unknown' ? {} : { taxRate: line.tax ?? '0' }),
    ...(line.service === undefined ? {} : { service: true }),
    ...(discount === undefined || discount === ''
      ? {}
      : {
          allowanceCharges: [
            {
              kind: 'allowance',
              reason: 'discount',
              amount: sign === '%' ? '0' : discount,
              ...(sign === '%' ? { percent: discount } : {}),
            },
          ],
        }),
  };
}

function readOrder(order: CaseOrder): OrderFact {
  return {
    id: order.id ?? 'PO-1',
    version: 1,
    supplierId: order.supplier ?? 'S-1',
    companyId: order.company ?? 'C-1',
    currency: order.currency ?? 'EUR',
    issueDate: order.date ?? '2026-03-01',
    state: order.state ?? 'open',
    ...(order.terms === undefined ? {} : { deliveryTerms: { payment: order.terms } }),
    ...(order.pay === undefined ? {} : { paymentTerms: { netDays: Number(order.pay) } }),
    plannedCharges: (order.planned ?? []).map(readPlanned),
    lines: (order.lines ?? [{ id: '1' }]).map(readOrderLine),
  };
}

/**
 * Prior lines: `PO-1/1 40 400.00`, with what a person accepted beyond the price `PO-1/1 40 440.00 accepted 40.00`, or with the
 * charges of the line `PO-1/1 40 450.00 charges 50.00`.
 */
function readPrior(prior: CasePrior, index: number): PriorInvoice {
  const lines = (prior.lines ?? []).map((text) => {
    const [at = '', quantity = '0', amount = '0', word, value] = text.split(' ');
    return {
      ...place(at),
      quantity,
      amount,
      ...(word === 'accepted' && value !== undefined ? { acceptedDifference: value } : {}),
      ...(word === 'charges' && value !== undefined ? { charges: value } : {}),
    };
  });
  return {
    id: `prior-${index + 1}`,
    number: prior.number,
    supplierId: prior.supplier ?? 'S-1',
    documentType: prior.kind ?? 'invoice',
    status: prior.status ?? 'posted',
    sequence: Number(prior.sequence ?? index + 1),
    issueDate: prior.date ?? '2026-03-05',
    currency: 'EUR',
    amount: prior.amount,
    orderIds: [...new Set(lines.map(({ orderId }) => orderId))],
    ...(prior.channel === undefined ? {} : { channel: prior.channel }),
    ...(prior.original === undefined ? {} : { originalNumber: prior.original }),
    ...(prior.delivery === undefined ? {} : { despatchAdviceIds: [prior.delivery] }),
    lines,
    charges: (prior.charges ?? []).map((text) => {
      const [reason, at, amount = '0', percent] = text.split(' ');
      return {
        reason: reason as AllowanceCharge['reason'],
        orderId: at ?? '',
        amount,
        ...(percent === undefined ? {} : { percent }),
      };
    }),
  };
}

function readInvoiceLine(line: CaseInvoiceLine): InvoiceLine {
  return {
    ...(line.line === undefined ? {} : { orderLineId: line.line }),
    ...(line.order === undefined ? {} : { orderId: line.order }),
    ...(line.delivery === undefined ? {} : { despatchAdviceId: line.delivery }),
    item: readItem(line, line.line),
    quantity: readQuantity(line.quantity ?? '100 EA'),
    ...(line.price === 'none' ? {} : { price: readPrice(line.price ?? '10.00') }),
    ...(line.amount === undefined ? {} : { lineAmount: line.amount }),
    ...(line.charges === undefined ? {} : { allowanceCharges: line.charges.map(readCharge) }),
    ...(line.tax === undefined ? {} : { taxes: [readTax(line.tax)] }),
  };
}

function readInvoice(written: CaseInvoice): Invoice | CreditNote {
  const header = {
    id: written.number ?? 'INV-1',
    issueDate: written.date ?? '2026-03-15',
    ...(written.order === 'none' ? {} : { orderId: written.order ?? 'PO-1' }),
    ...(written.currency === 'none' ? {} : { currency: written.currency ?? 'EUR' }),
    ...(written.seller === undefined ? {} : { seller: { id: written.seller } }),
    ...(written.account === undefined ? {} : { payeeAccountId: written.account }),
    ...(written.remitTo === undefined ? {} : { remitTo: { id: written.remitTo } }),
    ...(written.shipped === undefined ? {} : { shipDate: written.shipped }),
    ...(written.delivery === undefined ? {} : { despatchAdviceId: written.delivery }),
    ...(written.pay === undefined ? {} : { paymentTerms: readTerms(written.pay, written.discount) }),
    lines: (written.lines ?? [{ line: '1' }]).map(readInvoiceLine),
    ...(written.charges === undefined ? {} : { allowanceCharges: written.charges.map(readCharge) }),
    ...(written.taxes === undefined ? {} : { taxes: written.taxes.map(readTax) }),
    totals: {
      payable: written.total,
      ...(written.tax === undefined ? {} : { tax: written.tax }),
      ...written.totals,
      ...(written.prepaid === undefined ? {} : { prepaid: written.prepaid }),
      ...(written.rounding === undefined ? {} : { rounding: written.rounding }),
    },
  };
  if (written.kind === 'creditNote') {
    return creditNote.parse({
      documentType: 'creditNote',
      ...(written.original === undefined ? {} : { originalInvoiceId: written.original }),
      ...(written.effect === undefined ? {} : { effect: written.effect }),
      ...header,
    });
  }
  return invoiceSchema.parse({
    documentType: 'invoice',
    invoiceType: written.kind === undefined || written.kind === 'invoice' ? 'commercial' : written.kind,
    ...header,
    ...(written.original === undefined ? {} : { references: [{ type: 'invoice', id: written.original }] }),
  });
}

function readTerms(pay: string, discount: string | undefined): NonNullable<Invoice['paymentTerms']> {
  const [discountPercent, days] = discount?.split('/') ?? [];
  return {
    netDays: Number(pay),
    ...(discountPercent === undefined ? {} : { discountPercent, discountDays: Number(days) }),
  };
}

/** The facts of a case, in full. The document is checked against the canonical schema. */
export function readCase(written: MatchCase): MatchInput {
  return {
    documentId: 'doc-1',
    document: readInvoice(written.invoice),
    sequence: 50,
    today: written.today ?? '2026-03-20',
    supplier: { id: 'S-1', ...(readFlags(written.supplier ?? {}) as Partial<SupplierFact>) },
    orders: (written.orders ?? [{}]).map(readOrder),
    receipts: (written.receipts ?? [{ at: 'PO-1/1', quantity: '100' }]).map((receipt, index) => {
      const { value, unit } = readQuantity(receipt.quantity);
      return {
        id: `R-${index + 1}`,
        ...place(receipt.at),
        receivedDate: receipt.date ?? '2026-03-10',
        quantity: value,
        ...(unit === undefined ? {} : { unit }),
        ...(receipt.accepted === undefined ? {} : { acceptedQuantity: receipt.accepted }),
      };
    }),
    despatches: (written.despatches ?? []).map(({ id, at, shipped, item }) => ({
      id,
      ...place(at),
      ...(shipped === undefined ? {} : { shipDate: shipped }),
      ...(item === undefined ? {} : { item: readOrderItem(item) }),
    })),
    commitments: (written.commitments ?? []).map(({ id, at, quantity, price }) => ({
      id,
      ...place(at),
      quantity,
      ...(price === undefined ? {} : { price: readPrice(price) }),
    })),
    substitutions: (written.substitutions ?? []).map(({ at, item, accepted }) => ({
      ...place(at),
      item: readOrderItem(item),
      accepted: accepted === 'yes',
    })),
    priorInvoices: (written.prior ?? []).map(readPrior),
    units: (written.units ?? []).map(({ unit, is, item, approved }) => {
      const { value, unit: base } = readQuantity(is);
      const [numerator = '1', denominator] = value.split('/');
      return {
        unit,
        base: base ?? '',
        numerator,
        ...(denominator === undefined ? {} : { denominator }),
        ...(item === undefined ? {} : { itemId: item }),
        ...(approved === undefined ? {} : { approved: approved === 'yes' }),
      };
    }),
    policy: companyPolicy({
      version: 'v4',
      ...written.policy,
      tolerances: (written.tolerances ?? []).map((rule) => ({ version: 'v4', ...rule })),
      modes: (written.modes ?? []).map((rule) => ({ version: 'v4', ...rule })),
    }),
    ...(written.rate === undefined ? {} : { exchangeRate: written.rate }),
    ...(written.count === undefined ? {} : { statedLineCount: Number(written.count) }),
  };
}
