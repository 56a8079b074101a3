import type { ErpCommand } from '../../pipeline/ports/erp.ts';
import { createOnce, externalIdOf, findCreated } from './external-id.ts';
import { fromOdooNumber } from '../line-values.ts';
import { idOf, text } from './odoo-order.ts';
import { postNote } from './post-note.ts';
import { postBill } from './write-bill.ts';
import type { WriteContext } from './write-context.ts';

interface ReversalData {
  invoiceId: string;
  number: string;
  /** Keys of the commands that made its bills. */
  bills: string[];
  text: string;
}

/** A corrected invoice takes the place of another: its draft bills are cancelled, its posted ones booked back by a refund. */
export async function writeReversal(context: WriteContext, command: ErpCommand): Promise<string> {
  const data = command.data as unknown as ReversalData;
  const reversed: string[] = [];
  for (const bill of data.bills) {
    const moveId = await findCreated(context.client, 'bill', bill);
    // Deleted by a person as a draft: nothing of it is left to book back.
    if (moveId === undefined) continue;
    reversed.push(`account.move,${await reverse(context, command, bill, moveId)}`);
    await postNote(context, {
      key: `${command.key}|${bill}`,
      model: 'account.move',
      recordId: moveId,
      paragraphs: [data.text],
      link: {
        path: `/invoices/${encodeURIComponent(data.invoiceId)}`,
        text: `Invoice ${data.number} in Tradelane`,
      },
    });
  }
  return reversed.join(' ');
}

async function reverse(
  context: WriteContext,
  command: ErpCommand,
  bill: string,
  moveId: number,
): Promise<number> {
  const { client } = context;
  const [move] = await client.searchRead('account.move', {
    domain: [['id', '=', moveId]],
    fields: ['state', 'ref', 'company_id', 'partner_id', 'currency_id', 'invoice_date', 'invoice_origin'],
  });
  const state = text(move?.['state']);
  if (move === undefined || state === 'cancel') return moveId;
  if (state === 'draft') {
    await client.call('account.move', 'button_cancel', { ids: [moveId] }, { retry: 'always' });
    return moveId;
  }
  const rows = await client.searchRead('account.move.line', {
    domain: [
      ['move_id', '=', moveId],
      ['display_type', '=', 'product'],
    ],
    fields: ['name', 'quantity', 'price_unit', 'discount', 'purchase_line_id', 'product_id', 'tax_ids'],
    order: 'id',
  });
  const key = `${command.key}|${bill}`;
  const companyId = idOf(move['company_id'])!;
  const head: [string, string][] = [
    ['move_type', 'in_refund'],
    ['company_id/.id', String(companyId)],
    ['partner_id/.id', String(idOf(move['partner_id']))],
    ['ref', `Reversal of ${text(move['ref'])}`],
    ['invoice_date', text(move['invoice_date'])],
    ['currency_id/.id', String(idOf(move['currency_id']))],
    ['invoice_origin', text(move['invoice_origin'])],
    ['reversed_entry_id/.id', String(moveId)],
  ];
  const refundId = await createOnce(client, 'bill', {
    model: 'account.move',
    key,
    fields: [
      ...head.map(([field]) => field),
      ...[
        'id',
        'name',
        'quantity',
        'price_unit',
        'discount',
        'purchase_line_id/.id',
        'product_id/.id',
        'tax_ids/.id',
      ].map((field) => `invoice_line_ids/${field}`),
    ],
    rows: rows.map((row, index) => [
      ...head.map(([, value]) => (index === 0 ? value : '')),
      externalIdOf('billrow', `${key}|${index + 1}`),
      text(row['name']) || 'Line',
      fromOdooNumber(row['quantity']),
      fromOdooNumber(row['price_unit']),
      fromOdooNumber(row['discount']),
      String(idOf(row['purchase_line_id']) ?? ''),
      String(idOf(row['product_id']) ?? ''),
      (row['tax_ids'] as readonly number[]).join(','),
    ]),
    context: { allowed_company_ids: [companyId] },
  });
  if (context.settings.bills === 'postApproved') await postBill(context, refundId);
  return refundId;
}
