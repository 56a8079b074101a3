import { dec, formatDecimal, roundTo, sum } from '../../common/decimal.ts';
import type { Dec, DecimalString } from '../../common/decimal.ts';
import type { CreditNote, Invoice, InvoiceLine } from '../../documents/invoice.ts';
import type { AllowanceCharge, Tax } from '../../documents/primitives.ts';
import { statedTax } from '../../tracking/match/arithmetic.ts';
import type { LineAllocation } from '../../tracking/match/model.ts';
import type { Payment } from '../../tracking/match/payment.ts';
import { amountOf, isOffInvoice } from '../../tracking/match/stated-charges.ts';
import type { OdooOrder, OdooOrderLine } from './odoo-order.ts';

/** An account.tax for purchases. */
export interface OdooTax {
  id: number;
  /** Percent; undefined for one that is no simple percentage. */
  rate: DecimalString | undefined;
  /** Prices are with it. */
  included?: boolean;
}

/** One row of the bill's invoice_line_ids. */
export interface BillRow {
  name: string;
  quantity: DecimalString;
  /** For one unit, net unless its tax is included in prices; up to ten places, so that quantity by price gives the amount to the cent. */
  price: DecimalString;
  /** Net. */
  amount: DecimalString;
  purchaseLineId?: number;
  productId?: number;
  taxIds: number[];
}

export interface BillInput {
  document: Invoice | CreditNote;
  payment: Pick<Payment, 'kind' | 'amount' | 'lines' | 'debitNote'>;
  /** Lines of the document that other payments have covered, 1-based. */
  paidLines: ReadonlySet<number>;
  /** Rows of Odoo of an order line, the first one first; none where the order is not in Odoo. */
  rowsOf: (orderId: string, lineId: string) => readonly { order: OdooOrder; row: OdooOrderLine }[];
  /** Purchase taxes of the company. */
  taxes: readonly OdooTax[];
}

/** Places of a price that is an amount divided by a quantity. */
const PRICE_PLACES = 10;

/**
 * The rows of a bill over what may be paid now. Amounts are those that the match approved, so that the total is what is due;
 * quantities are those of the order lines. Both are as the document signs them: positive, but for lines that take something back.
 */
export function planBill(input: BillInput): BillRow[] {
  const rows = [...orderedRows(input), ...otherRows(input), ...chargeRows(input), ...unpaidRows(input)];
  return [...withIncludedTaxes(input.taxes, taxCharges(input, rows)), ...roundingRows(input)];
}

/** What the supplier states as rounding of the total; of a payment in parts it goes with the last. */
function roundingRows({ document, payment }: BillInput): BillRow[] {
  const rounding = roundingOf(document);
  return payment.kind === 'part' || rounding.isZero() ? [] : [amountRow('Rounding', rounding)];
}

function roundingOf({ totals }: Invoice | CreditNote): Dec {
  return dec(totals.rounding ?? '0');
}

/** Amounts are net; where Odoo's tax is included in prices, the price of the row has to be with it. */
function withIncludedTaxes(taxes: readonly OdooTax[], rows: readonly BillRow[]): BillRow[] {
  return rows.map((row) => {
    const [tax] = taxesOf(taxes, row.taxIds);
    if (row.taxIds.length !== 1 || tax?.included !== true || tax.rate === undefined) return row;
    const factor = dec(tax.rate).div(100).plus(1);
    return { ...row, price: formatDecimal(roundTo(dec(row.price).times(factor), PRICE_PLACES)) };
  });
}

function taxesOf(taxes: readonly OdooTax[], ids: readonly number[]): OdooTax[] {
  return ids.flatMap((id) => taxes.find((tax) => tax.id === id) ?? []);
}

/** What was matched to order lines. */
function orderedRows(input: BillInput): BillRow[] {
  return input.payment.lines.flatMap((allocation) => {
    const rows = input.rowsOf(allocation.orderId, allocation.orderLineId);
    // The match signs what is credited as negative.
    const direction = input.document.documentType === 'creditNote' ? -1 : 1;
    const amount = dec(allocation.amount).times(direction);
    const quantity = dec(allocation.quantity).times(direction);
    const line = input.document.lines[allocation.line - 1];
    const priceOnly = input.document.documentType === 'creditNote' && input.document.effect === 'price';
    if (rows.length === 0 || quantity.isZero() || priceOnly) {
      return amount.isZero() ? [] : [moneyRow(input, line, allocation, amount, rows[0]?.row)];
    }
    const price = formatDecimal(roundTo(amount.div(quantity), PRICE_PLACES));
    return share(
      quantity,
      rows.map(({ row }) => row),
    ).map(({ row, quantity: part }) => ({
      name: row.name,
      quantity: formatDecimal(part),
      price,
      amount: formatDecimal(amount.times(part).div(quantity)),
      purchaseLineId: row.id,
      productId: row.productId,
      taxIds: taxIdsOf(input, line, row),
    }));
  });
}

/** Money without goods: a price difference, or an order line that Odoo does not have. */
function moneyRow(
  input: BillInput,
  line: InvoiceLine | undefined,
  { orderId, orderLineId }: LineAllocation,
  amount: Dec,
  row: OdooOrderLine | undefined,
): BillRow {
  const name = `${line?.item.description ?? row?.name ?? 'Line'} (${orderId}, line ${orderLineId})`;
  const text = formatDecimal(amount);
  return { name, quantity: '1', price: text, amount: text, taxIds: taxIdsOf(input, line, row) };
}

/** A quantity over the rows of one order line: what has arrived and is not billed, then the rest on the last. */
function share(quantity: Dec, rows: readonly OdooOrderLine[]): { row: OdooOrderLine; quantity: Dec }[] {
  if (quantity.isNegative()) return rows.slice(-1).map((row) => ({ row, quantity }));
  let left = quantity;
  const parts: { row: OdooOrderLine; quantity: Dec }[] = [];
  rows.forEach((row, index) => {
    const room = dec(row.received).minus(row.invoiced);
    const wanted = index === rows.length - 1 || room.gt(left) ? left : room;
    if (wanted.lte(0)) return;
    parts.push({ row, quantity: wanted });
    left = left.minus(wanted);
  });
  return parts;
}

/** Lines that a person accepted without an order line. */
function otherRows(input: BillInput): BillRow[] {
  const { document, payment, paidLines } = input;
  if (payment.kind === 'part') return [];
  const matched = new Set([...paidLines, ...payment.lines.map(({ line }) => line)]);
  return document.lines.flatMap((line, index) => {
    if (matched.has(index + 1)) return [];
    const amount = netAmount(line);
    if (amount.isZero()) return [];
    const quantity = dec(line.quantity.value);
    const whole = quantity.isZero() ? dec(1) : quantity;
    const name = line.item.description ?? line.item.sellerId ?? `Line ${line.id ?? index + 1}`;
    return [
      {
        name,
        quantity: formatDecimal(whole),
        price: formatDecimal(roundTo(amount.div(whole), PRICE_PLACES)),
        amount: formatDecimal(amount),
        taxIds: taxIdsOf(input, line, undefined),
      },
    ];
  });
}

function netAmount({ lineAmount, quantity, price, allowanceCharges = [] }: InvoiceLine): Dec {
  if (lineAmount !== undefined) return dec(lineAmount);
  const unit = dec(price?.amount ?? '0').div(dec(price?.baseQuantity ?? '1'));
  const off = allowanceCharges.filter(isOffInvoice).map(signed);
  return dec(quantity.value).times(unit).plus(sum(off));
}

/** Charges and allowances of the whole document; of a payment in parts, the share of its lines. */
function chargeRows(input: BillInput): BillRow[] {
  const { document, payment } = input;
  if (payment.kind === 'part' || payment.kind === 'rest') {
    const shares = sum(payment.lines.map(({ allocatedCharges }) => allocatedCharges));
    return shares.isZero() ? [] : [amountRow('Charges and allowances, share of these lines', shares)];
  }
  return (document.allowanceCharges ?? [])
    .filter((each) => isOffInvoice(each) && !amountOf(each).isZero())
    .map((each) => ({
      ...amountRow(each.description ?? capital(each.reason), signed(each)),
      taxIds: rateOf(each.taxes) === undefined ? [] : taxIdsOf(input, each, undefined),
    }));
}

function signed(charge: AllowanceCharge): Dec {
  return charge.kind === 'allowance' ? amountOf(charge).negated() : amountOf(charge);
}

/** Paid short, also as the rest of parts: the bill is over all that was invoiced, less what is not paid, each with its reason. */
function unpaidRows(input: BillInput): BillRow[] {
  const { kind, amount: due, debitNote } = input.payment;
  // What is not paid of a rest of nothing was paid with a part: it is claimed back, and no bill.
  if (debitNote === undefined || (kind === 'rest' && dec(due).isZero())) return [];
  return debitNote.lines
    .filter(({ amount }) => !dec(amount).isZero())
    .map(({ line, code, amount }) => {
      const source = line === undefined ? undefined : input.document.lines[line - 1];
      const allocation = input.payment.lines.find((each) => each.line === line);
      const row =
        allocation === undefined
          ? undefined
          : input.rowsOf(allocation.orderId, allocation.orderLineId)[0]?.row;
      const untaxed = code === 'TAX_DIFFERENCE' || code === 'TAX_UNKNOWN';
      const where = line === undefined ? '' : `, line ${line}`;
      return {
        ...amountRow(`Not paid: ${code}${where}`, dec(amount).negated()),
        taxIds: untaxed ? [] : taxIdsOf(input, source, row),
      };
    });
}

export function amountRow(name: string, amount: Dec): BillRow {
  const text = formatDecimal(amount);
  return { name, quantity: '1', price: text, amount: text, taxIds: [] };
}

/**
 * The taxes that the supplier charges: those of the order line where they are at that rate, else the company's purchase tax of
 * that rate. A document without tax has none, whatever Odoo would add.
 */
function taxIdsOf(
  { document, taxes }: BillInput,
  line: Pick<InvoiceLine, 'taxes'> | undefined,
  row: OdooOrderLine | undefined,
): number[] {
  if (statedTax(document).isZero()) return [];
  const ordered = row?.taxIds ?? [];
  const rate = rateOf(line?.taxes) ?? rateOf(document.taxes);
  if (rate === undefined) return ordered;
  const rates = ordered.map((id) => taxes.find((tax) => tax.id === id)?.rate);
  // Several taxes of which prices include one are not taken apart.
  const clear = ordered.length === 1 || !taxesOf(taxes, ordered).some(({ included }) => included === true);
  if (clear && rates.every((each) => each !== undefined) && sum(rates).eq(rate)) return ordered;
  if (rate.isZero()) return [];
  const fitting = taxes.filter((tax) => tax.rate !== undefined && dec(tax.rate).eq(rate));
  const found = fitting.find(({ included }) => included !== true) ?? fitting[0];
  return found === undefined ? [] : [found.id];
}

/** Undefined where no rate, or more than one, is stated. */
function rateOf(taxes: readonly Tax[] | undefined): Dec | undefined {
  const rates = new Set(
    (taxes ?? []).flatMap(({ rate }) => (rate === undefined ? [] : [formatDecimal(dec(rate))])),
  );
  const [rate] = rates;
  return rates.size === 1 && rate !== undefined ? dec(rate) : undefined;
}

/** Whether charges are taxed is said nowhere: they are where that comes nearer to the stated tax. */
function taxCharges({ document, taxes, payment }: BillInput, rows: readonly BillRow[]): BillRow[] {
  const goods = rows.filter(({ taxIds }) => taxIds.length > 0);
  const charges = rows.filter(({ taxIds }) => taxIds.length === 0);
  const sets = new Set(goods.map(({ taxIds }) => taxIds.join(',')));
  const [first] = goods;
  if (first === undefined || sets.size !== 1 || charges.length === 0) return [...rows];
  const rate = sum(first.taxIds.map((id) => taxes.find((tax) => tax.id === id)?.rate ?? '0')).div(100);
  const net = (of: readonly BillRow[]) => sum(of.map(({ amount }) => amount));
  const stated =
    payment.kind === 'full'
      ? statedTax(document).abs()
      : dec(payment.amount).minus(roundingOf(document)).minus(net(rows));
  const without = net(goods).times(rate).minus(stated).abs();
  const taxed = net(rows).times(rate).minus(stated).abs();
  return taxed.lt(without) ? rows.map((row) => ({ ...row, taxIds: first.taxIds })) : [...rows];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
