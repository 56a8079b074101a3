import { dec, formatDecimal } from '../../common/decimal.ts';
import { GatewayError } from '../../common/errors.ts';
import type { CreditNote, Invoice } from '../../documents/invoice.ts';
import type { ErpCommand } from '../../pipeline/ports/erp.ts';
import type { HoldState } from '../../tracking/match/hold.ts';
import type { Payment } from '../../tracking/match/payment.ts';
import { paidLinesOf } from '../../tracking/match/payment.ts';
import { fromOdooNumber } from '../line-values.ts';
import { readBillLink, saveBillLink } from './bill-link.ts';
import { findHeader } from './bill-header.ts';
import type { BillHeader } from './bill-header.ts';
import { refuseEnteredByHand } from './entered-bills.ts';
import { createOnce, externalIdOf, findCreated } from './external-id.ts';
import { text } from './odoo-order.ts';
import { amountRow, planBill } from './plan-bill.ts';
import type { BillRow } from './plan-bill.ts';
import { postNote } from './post-note.ts';
import { readPurchaseTaxes } from './purchase-taxes.ts';
import { findSourceFile } from './source-file.ts';
import type { WriteContext } from './write-context.ts';

/** `data` of the commands `invoice` and `creditNote`. */
interface BillData {
  invoiceId: string;
  payment: Payment['kind'];
  payable: string;
  /** Paid in advance, as the supplier says: the bill comes to it and `payable`. */
  prepaid?: string;
  text: string[];
  approvals: HoldState['approvals'];
  lines: Payment['lines'];
  debitNote?: Payment['debitNote'];
  part?: { number: number; paidBefore: string[] };
}

/**
 * A vendor bill or refund over what was approved: a draft, linked to the order lines, checked against the amount that is due,
 * and posted where the settings say so. Never made twice, never posted with another total.
 */
export async function writeBill(context: WriteContext, command: ErpCommand): Promise<string> {
  const document = command.document as Invoice | CreditNote;
  const data = command.data as unknown as BillData;
  const { client, store, clock } = context;
  const known = await findCreated(client, 'bill', command.key);
  const moveId = known ?? (await createBill(context, command, document, data));
  const link = { moveId, invoiceId: data.invoiceId, number: document.id, payable: totalOf(data) };
  if ((await readBillLink(store, command.key))?.moveId !== moveId) {
    await saveBillLink(store, clock, command.key, link);
  }
  if (known !== undefined) await refuseCancelled(context, moveId, document.id);
  await explain(context, command, moveId, document, data);
  await settleTotal(context, command.key, moveId, totalOf(data));
  if (context.settings.bills === 'postApproved') await postBill(context, moveId);
  return `account.move,${moveId}`;
}

/** What the bill comes to. */
function totalOf({ payable, prepaid = '0' }: BillData): string {
  return prepaid === '0'
    ? payable
    : formatDecimal(dec(payable).plus(prepaid), prepaid.split('.')[1]?.length ?? 0);
}

async function createBill(
  context: WriteContext,
  command: ErpCommand,
  document: Invoice | CreditNote,
  data: BillData,
): Promise<number> {
  const { client } = context;
  const header = await findHeader(context, command, document);
  const record = await context.store.get('invoices', data.invoiceId);
  const reference = data.part === undefined ? document.id : `${document.id} (part ${data.part.number})`;
  await refuseEnteredByHand(context, header, document.id);
  const taxes = await readPurchaseTaxes(client, header.companyId);
  const paidBefore = (record?.payments ?? []).filter(({ key }) => data.part?.paidBefore.includes(key));
  const rows = planBill({
    document,
    payment: {
      kind: data.payment,
      amount: totalOf(data),
      lines: data.lines,
      ...(data.debitNote !== undefined && { debitNote: data.debitNote }),
    },
    paidLines: paidLinesOf(paidBefore),
    rowsOf: header.rowsOf,
    taxes,
  });
  return createOnce(client, 'bill', toLoad(command.key, document, header, reference, rows));
}

const ROW_FIELDS = [
  'id',
  'name',
  'quantity',
  'price_unit',
  'purchase_line_id/.id',
  'product_id/.id',
  'tax_ids/.id',
];

function toLoad(
  key: string,
  document: Invoice | CreditNote,
  header: BillHeader,
  reference: string,
  rows: readonly BillRow[],
) {
  const moveType = document.documentType === 'invoice' ? 'in_invoice' : 'in_refund';
  const head: [field: string, value: string][] = [
    ['move_type', moveType],
    ['company_id/.id', String(header.companyId)],
    ['partner_id/.id', String(header.partnerId)],
    ['ref', reference],
    ['invoice_date', document.issueDate],
    ['currency_id/.id', String(header.currencyId)],
    ['invoice_origin', header.origin],
    ...optional('invoice_payment_term_id/.id', header.paymentTermId),
    ...optional('reversed_entry_id/.id', header.reversedId),
  ];
  const cells = rows.map((row, index) => [
    externalIdOf('billrow', `${key}|${index + 1}`),
    row.name,
    row.quantity,
    row.price,
    String(row.purchaseLineId ?? ''),
    String(row.productId ?? ''),
    row.taxIds.join(','),
  ]);
  return {
    model: 'account.move',
    key,
    fields: [...head.map(([field]) => field), ...ROW_FIELDS.map((field) => `invoice_line_ids/${field}`)],
    rows: cells.map((row, index) => [...head.map(([, value]) => (index === 0 ? value : '')), ...row]),
    context: { allowed_company_ids: [header.companyId] },
  };
}

function optional(field: string, value: number | undefined): [string, string][] {
  return value === undefined ? [] : [[field, String(value)]];
}

async function explain(
  context: WriteContext,
  command: ErpCommand,
  moveId: number,
  document: Invoice | CreditNote,
  data: BillData,
): Promise<void> {
  const invoice = await context.store.get('invoices', data.invoiceId);
  const { currency = '' } = document;
  await postNote(context, {
    key: command.key,
    model: 'account.move',
    recordId: moveId,
    paragraphs: [
      `${document.documentType === 'invoice' ? 'Invoice' : 'Credit note'} ${document.id}: ${totalOf(data)} ${currency} approved.`,
      ...(data.prepaid === undefined
        ? []
        : [
            `${data.prepaid} ${currency} of it are paid in advance, as the supplier says: reconcile the bill with that payment; ${data.payable} ${currency} are left to pay.`,
          ]),
      ...data.text,
      ...data.approvals.map(
        ({ action, by, at, reason }) => `${by} decided on ${at.slice(0, 10)}: ${action}. ${reason}`,
      ),
    ],
    link: {
      path: `/invoices/${encodeURIComponent(data.invoiceId)}`,
      text: `Invoice ${document.id} in Tradelane`,
    },
    file: invoice === undefined ? undefined : await findSourceFile(context.store, invoice.documentId),
  });
}

interface BillState {
  state: string;
  total: string;
}

async function readBill({ client }: WriteContext, moveId: number): Promise<BillState> {
  const [row] = await client.searchRead('account.move', {
    domain: [['id', '=', moveId]],
    fields: ['state', 'amount_total'],
  });
  return { state: text(row?.['state']), total: fromOdooNumber(row?.['amount_total']) };
}

/** A person has cancelled it: whether it is to be paid is his to say, and no attempt counts as done. */
async function refuseCancelled(context: WriteContext, moveId: number, number: string): Promise<void> {
  const { state } = await readBill(context, moveId);
  if (state !== 'cancel') return;
  throw new GatewayError(
    'ODOO_REJECTED',
    `The bill of ${number} that was made in Odoo (account.move ${moveId}) is cancelled there. Where it is to be paid, reset it to draft and redrive this; else dismiss this.`,
    { details: { model: 'account.move', ids: [moveId] } },
  );
}

/** A difference that rounding explains becomes a row of its own, with its reason; any other stops the bill as a draft. */
async function settleTotal(
  context: WriteContext,
  key: string,
  moveId: number,
  payable: string,
): Promise<void> {
  const { client, settings } = context;
  const { state, total } = await readBill(context, moveId);
  const difference = dec(payable).minus(total);
  if (difference.isZero() || state !== 'draft') return;
  if (
    difference.abs().gt(settings.roundingTolerance) ||
    (await findCreated(client, 'rounding', key)) !== undefined
  ) {
    throw new GatewayError(
      'ODOO_REJECTED',
      `The draft bill comes to ${total} in Odoo and ${payable} was approved: most likely the taxes of its lines are not those of the supplier. Set the draft right and redrive this; it is posted then.`,
      { details: { model: 'account.move', ids: [moveId] } },
    );
  }
  const row = amountRow('Rounding difference', difference);
  await createOnce(client, 'rounding', {
    model: 'account.move.line',
    key,
    fields: ['move_id/.id', 'name', 'quantity', 'price_unit', 'tax_ids/.id'],
    rows: [
      [
        String(moveId),
        `${row.name}: ${formatDecimal(dec(payable))} was invoiced`,
        row.quantity,
        row.price,
        '',
      ],
    ],
  });
  await settleTotal(context, key, moveId, payable);
}

/** Posting again what is posted would be refused: Odoo's own state decides. */
export async function postBill(context: WriteContext, moveId: number): Promise<void> {
  const { state } = await readBill(context, moveId);
  if (state !== 'draft') return;
  await context.client.call('account.move', 'action_post', { ids: [moveId] });
}
