import { defined } from '../../partners/resolve-policy.ts';
import type { Company } from '../../partners/company-schema.ts';
import type { Partner } from '../../partners/partner-schema.ts';
import type { SupplierFact } from '../../tracking/match/facts.ts';

/** What partner.yaml and company.yaml know of a supplier for the match. */
export function supplierFactOf(company: Company, partner: Partner): SupplierFact {
  const invoice = { ...company.policy.invoice, ...partner.policy.invoice };
  const { paymentTerms, ...payee } = partner.payee;
  const max = invoice.allowedChargeMax ?? '0';
  return {
    id: partner.partner,
    defaultCurrency: partner.currency ?? company.currency,
    orderNumber: {
      prefixes: invoice.orderIdPrefixes ?? [],
      stripLeadingZeros: invoice.stripOrderIdZeros ?? false,
    },
    ...defined(payee),
    ...(paymentTerms !== undefined && { paymentTerms: defined(paymentTerms) }),
    ...(invoice.withoutOrders === true && { invoiceOnly: true }),
    ...(invoice.creditNeedsReference === false && { creditNeedsReference: false }),
    allowedCharges: (invoice.allowedCharges ?? []).map((reason) => ({ reason, max })),
  };
}
