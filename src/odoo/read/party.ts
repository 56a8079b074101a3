import type { Party } from '../../documents/primitives.ts';
import type { OdooRow } from '../client/odoo-client.ts';
import { rowOf, textOf } from './row-values.ts';

/** A partner of Odoo as a party: its GLN where it has one, else its reference or the id that the caller has for it. */
export function partyOf(row: OdooRow, fallbackId?: string): Party {
  const gln = textOf(row['global_location_number']);
  const own = textOf(row['ref']) ?? fallbackId;
  const address = addressOf(row);
  const contact = pruned({ phone: textOf(row['phone']), email: textOf(row['email']) });
  return pruned({
    id: gln ?? own,
    scheme: gln !== undefined ? ('GLN' as const) : own === undefined ? undefined : ('buyerAssigned' as const),
    name: textOf(row['name']),
    address,
    contact: Object.keys(contact).length === 0 ? undefined : contact,
    taxId: textOf(row['vat']),
  });
}

function addressOf(row: OdooRow): Party['address'] {
  const street = [textOf(row['street']), textOf(row['street2'])].filter((line) => line !== undefined);
  const address = pruned({
    street: street.length === 0 ? undefined : street,
    city: textOf(row['city']),
    region: textOf(rowOf(row['state_id'])?.['code']),
    postalCode: textOf(row['zip']),
    country: textOf(rowOf(row['country_id'])?.['code']),
  });
  return Object.keys(address).length === 0 ? undefined : address;
}

type Pruned<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without the members that have no value. */
export function pruned<T extends object>(value: T): Pruned<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Pruned<T>;
}
