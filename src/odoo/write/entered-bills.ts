import { GatewayError } from '../../common/errors.ts';
import { plainInvoiceNumber } from '../../tracking/match/identifiers.ts';
import type { OdooClient, OdooDomain, OdooRow } from '../client/odoo-client.ts';
import { readAllRows } from '../read/all-rows.ts';
import type { BillHeader } from './bill-header.ts';
import { isOurs } from './external-id.ts';
import { idOf, text } from './odoo-order.ts';
import type { WriteContext } from './write-context.ts';

/**
 * Odoo takes a second bill of the same vendor and number without a word: one that a person has entered stops ours. Numbers are
 * compared as the match compares them, because people type them as they like. A bill over the same order lines that has no number
 * yet may be this one: it stops ours until somebody says which it is. Throws ODOO_REJECTED.
 */
export async function refuseEnteredByHand(
  { client }: Pick<WriteContext, 'client'>,
  header: Pick<BillHeader, 'partnerId' | 'companyId' | 'moveType' | 'orderRowIds'>,
  number: string,
): Promise<void> {
  const { partnerId, companyId, moveType, orderRowIds } = header;
  const [vendor] = await client.searchRead('res.partner', {
    domain: [['id', '=', partnerId]],
    fields: ['commercial_partner_id'],
  });
  const vendorId = idOf(vendor?.['commercial_partner_id']) ?? partnerId;
  const bills: OdooDomain = [
    ['move_type', '=', moveType],
    ['commercial_partner_id', '=', vendorId],
    ['state', '!=', 'cancel'],
    ['company_id', '=', companyId],
  ];
  const byHand = await findByHand(client, [
    ...bills,
    '|',
    ['ref', '=ilike', looseOf(number)],
    '&',
    ['ref', 'in', [false, '']],
    ['invoice_line_ids.purchase_line_id', 'in', orderRowIds],
  ]);
  const same = byHand.find(({ ref }) => plainInvoiceNumber(text(ref)) === plainInvoiceNumber(number));
  if (same !== undefined) {
    throw refusal(
      same,
      `Odoo has a bill with number ${text(same['ref'])} of this vendor already: ${nameOf(same)}. It was not made twice. Cancel that one and redrive this, or dismiss this.`,
    );
  }
  const unnamed = byHand.find(({ ref }) => text(ref) === '');
  if (unnamed === undefined) return;
  throw refusal(
    unnamed,
    `Odoo has a bill over the same order lines that has no number yet: ${nameOf(unnamed)}. It may be ${number}: nothing was made. Enter the vendor's number in its Bill Reference or cancel it, and redrive this; or dismiss this.`,
  );
}

/** Bills that are not ours. */
async function findByHand(client: OdooClient, domain: OdooDomain): Promise<OdooRow[]> {
  const found = await readAllRows(client, 'account.move', {
    domain,
    fields: ['name', 'ref', 'state', 'create_uid'],
  });
  if (found.length === 0) return [];
  const metadata = await client.call<{ id: number; xmlid: unknown }[]>(
    'account.move',
    'get_metadata',
    { ids: found.map(({ id }) => id) },
    { retry: 'always' },
  );
  return found.filter(({ id }) => !isOurs(metadata.find((each) => each.id === id)?.xmlid));
}

/** A pattern for Odoo that every way to write a number fits: what counts of it, in its order. */
function looseOf(number: string): string {
  return `%${Array.from(plainInvoiceNumber(number)).join('%')}%`;
}

function nameOf(bill: OdooRow): string {
  const { create_uid: creator, name, id } = bill;
  const by = Array.isArray(creator) ? String(creator[1]) : 'somebody';
  return `${text(name) || `draft ${id}`}, entered by ${by}`;
}

function refusal({ id }: OdooRow, message: string): GatewayError {
  return new GatewayError('ODOO_REJECTED', message, { details: { model: 'account.move', ids: [id] } });
}
