import type { Finding } from '../common/finding.ts';
import { configFinding } from './config-text.ts';
import { findSuppliers } from './find-suppliers.ts';
import type { PartnerSource } from './partner-source.ts';

/** Numbers of the ERP that mean several partners: orders to them are refused, because nobody could say who is meant. */
export function checkAccounts(sources: readonly PartnerSource[]): Finding[] {
  const partners = sources.map(({ partner }) => partner);
  return sources.flatMap(({ partner, locate }) => {
    const { supplierId } = partner.accounts;
    const others = findSuppliers(partners, supplierId ?? '').filter((other) => other !== partner);
    const isMeant = partner.status !== 'suspended' && supplierId !== undefined;
    if (!isMeant || others.length === 0) return [];
    const names = others.map((other) => `"${other.partner}"`).join(' and ');
    return configFinding(
      locate(['accounts', 'supplierId']),
      'PARTNER_ACCOUNT_CONFLICT',
      `accounts.supplierId "${supplierId}" is that of ${names} too: an order for it goes to none of them`,
      { actual: supplierId },
    );
  });
}
