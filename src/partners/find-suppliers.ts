import type { Partner } from './partner-schema.ts';

/**
 * The partners that a number of the ERP means: by `accounts.supplierId`, else by the partner's id, else by an identity. More than
 * one where settings do not tell them apart: nobody may be guessed then. A suspended one counts only where there is no other.
 */
export function findSuppliers(partners: readonly Partner[], wanted: string): Partner[] {
  if (wanted === '') return [];
  const means: ((partner: Partner) => boolean)[] = [
    ({ accounts }) => accounts.supplierId === wanted,
    ({ partner }) => partner === wanted,
    (partner) => identityIds(partner).includes(wanted),
  ];
  for (const isMeant of means) {
    const found = partners.filter(isMeant);
    const working = found.filter(({ status }) => status !== 'suspended');
    if (found.length > 0) return working.length > 0 ? working : found;
  }
  return [];
}

/** What orders of the ERP may name as the seller for this partner. */
export function supplierNumbersOf(partner: Partner): string[] {
  const { supplierId } = partner.accounts;
  return [...(supplierId === undefined ? [] : [supplierId]), partner.partner, ...identityIds(partner)];
}

function identityIds({ x12, edifact, xml }: Partner): string[] {
  return [x12, edifact, xml].flatMap((standard) => (standard?.identities ?? []).map(({ id }) => id));
}
