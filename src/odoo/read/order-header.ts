import type { Order } from '../../documents/order.ts';
import type { Party } from '../../documents/primitives.ts';
import { findSuppliers, supplierNumbersOf } from '../../partners/find-suppliers.ts';
import type { Partner } from '../../partners/partner-schema.ts';
import type { OdooDomain, OdooRow } from '../client/odoo-client.ts';
import { toInstantOfOdoo, toLocalDate } from '../odoo-date.ts';
import { currencyOf } from './master-data.ts';
import type { MasterData } from './master-data.ts';
import { partyOf, pruned } from './party.ts';
import { paymentTermsOf } from './payment-terms.ts';
import { idOf, needId, plainText, rowOf, textOf } from './row-values.ts';

/**
 * The header of the document. It has no date of its own: Odoo computes its header date from the lines, which would make every
 * date that we write a change of the order.
 */
export function orderHeaderOf(
  row: OdooRow,
  master: MasterData,
  seller: Party,
  zone: string,
  notes: readonly string[],
): Omit<Order, 'documentType' | 'lines'> {
  const approved = textOf(row['date_approve']);
  const company = master.companies.get(needId(row, 'company_id'));
  const buyer = companyParty(company);
  const dropShip = rowOf(row['dest_address_id']);
  const incoterm = master.incoterms.get(idOf(row['incoterm_id']) ?? 0);
  const location = textOf(row['incoterm_location']);
  return {
    ...pruned({
      issuedAt: approved === undefined ? undefined : toInstantOfOdoo(approved),
      currency: currencyOf(row, master).code,
      shipTo: dropShip === undefined ? warehouseParty(row, master) : partyOf(dropShip),
      billTo: buyer,
      deliveryTerms:
        incoterm === undefined && location === undefined ? undefined : pruned({ incoterm, location }),
      paymentTerms: paymentTermsOf(master, idOf(row['payment_term_id'])),
      notes: notes.length === 0 ? undefined : [...notes],
    }),
    id: String(row['name']),
    issueDate: toLocalDate(approved ?? String(row['date_order']), zone),
    orderType: dropShip === undefined ? 'standard' : 'dropShip',
    buyer,
    seller,
  };
}

/** The terms and conditions of the order. */
export function headerNotes(row: OdooRow): string[] {
  const text = plainText(row['note'] ?? row['notes']);
  return text === undefined ? [] : [text];
}

function companyParty(company: OdooRow | undefined): Party {
  const partner = rowOf(company?.['partner']);
  return partner === undefined ? {} : partyOf(partner, `company-${company!.id}`);
}

function warehouseParty(row: OdooRow, master: MasterData): Party | undefined {
  const id = master.warehouseOfOperation.get(idOf(row['picking_type_id']) ?? 0);
  const warehouse = id === undefined ? undefined : master.warehouses.get(id);
  if (warehouse === undefined) return undefined;
  const party = warehouse.partner === undefined ? {} : partyOf(warehouse.partner, warehouse.code);
  // Several warehouses may share the company's address: the GLN or the code tells them apart, the name too.
  return party.scheme === 'GLN'
    ? { ...party, name: warehouse.name }
    : { ...party, id: warehouse.code, scheme: 'buyerAssigned', name: warehouse.name };
}

/**
 * The vendor as the seller of the document, under the id by which the partner knows it; undefined for no partner of ours. `others`
 * are partners that the same id means.
 */
export function sellerOf(
  vendor: OdooRow,
  partners: readonly Partner[],
): { partner: Partner; seller: Party; others: Partner[] } | undefined {
  const commercial = rowOf(vendor['commercial_partner_id']);
  const ids = [vendor, commercial].flatMap((row) => [
    textOf(row?.['ref']),
    textOf(row?.['global_location_number']),
    textOf(row?.['vat']),
    row === undefined ? undefined : `odoo:${row.id}`,
  ]);
  for (const id of ids) {
    const [partner, ...others] = findSuppliers(partners, id ?? '');
    if (partner === undefined) continue;
    return { partner, seller: { ...partyOf(vendor), id: id!, scheme: 'buyerAssigned' }, others };
  }
  return undefined;
}

/** Vendors that may be these partners: Odoo calls one a vendor from its first bill on, and an order may come before. */
export function vendorsOf(partners: readonly Partner[]): OdooDomain {
  const names = partners.flatMap(supplierNumbersOf);
  const ids = names.flatMap((name) => /^odoo:(\d+)$/.exec(name)?.[1] ?? []).map(Number);
  return [
    '|',
    '|',
    '|',
    ['supplier_rank', '>', 0],
    ['ref', 'in', names],
    ['vat', 'in', names],
    ['id', 'in', ids],
  ];
}
