import type { Finding } from '../common/finding.ts';
import type { Company } from './company-schema.ts';
import type { Identity } from './identities.ts';
import { listOurIdentities, listPartnerIdentities } from './identities.ts';
import type { Partner } from './partner-schema.ts';
import type { PartnerStandard } from './settings.ts';

/** Who sends and who receives what goes out in a standard. */
export interface OutboundEnvelope {
  sender: Identity;
  receiver: Identity;
  /** ISA15 = T, UNB 0035 = 1. */
  test: boolean;
}

/**
 * The envelope addresses for a document to a partner: the first identities of the usage that the partner is set to
 * (`onboarding` always sends test data), and for X12 of the functional id. A test identity is preferred, not demanded.
 * A finding IDENTITY_MISSING when either side has none in this standard.
 */
export function resolveEnvelope(
  company: Company,
  partner: Partner,
  standard: PartnerStandard,
  functionalId?: string,
): OutboundEnvelope | { sender?: never; finding: Finding } {
  const usage = usageOfOrders(partner, standard);
  const receiver = pick(listPartnerIdentities(partner, standard), usage, functionalId);
  const sender = pick(listOurIdentities(company, partner, standard), usage, functionalId);
  if (receiver !== undefined && sender !== undefined) return { sender, receiver, test: usage === 'test' };
  const whose = receiver === undefined ? `${partner.partner}/partner.yaml` : 'company.yaml';
  return {
    finding: {
      code: 'IDENTITY_MISSING',
      severity: 'error',
      message: `${whose} names no ${standard} identity, so nothing can be sent to ${partner.name} in ${standard}`,
      place: { file: whose },
    },
  };
}

/** Whether what we send the partner is test data: always while it is in `onboarding`. */
export function usageOfOrders(partner: Partner, standard: PartnerStandard): 'production' | 'test' {
  return partner.status === 'onboarding' ? 'test' : (partner[standard]?.usage ?? 'production');
}

function pick(
  identities: readonly Identity[],
  usage: 'production' | 'test',
  functionalId: string | undefined,
): Identity | undefined {
  const usable = identities.filter(
    (identity) => identity.functionalIds === undefined || identity.functionalIds.includes(functionalId ?? ''),
  );
  return usable.find((identity) => identity.usage === usage) ?? usable[0];
}
