import { dueAfterBusinessDays } from '../../common/calendar.ts';
import type { Instant } from '../../common/time.ts';
import type { ClaimKind } from '../../tracking/claims/claim.ts';
import type { PipelineContext } from '../context.ts';
import { partnerOf } from '../invoices/invoice-record.ts';

export interface ClaimPolicy {
  automatic: readonly ClaimKind[];
  send: 'atOnce' | 'byPerson';
  minValue: string;
  dueBusinessDays: number;
  escalateBusinessDays: number;
}

const DEFAULTS: ClaimPolicy = {
  automatic: [],
  send: 'atOnce',
  minValue: '0',
  dueBusinessDays: 10,
  escalateBusinessDays: 5,
};

/** `policy.claims` of company.yaml and partner.yaml. */
export function claimPolicyOf(context: PipelineContext, partnerId: string): ClaimPolicy {
  const general = context.partners.company.policy.claims;
  const own = partnerOf(context, partnerId).policy.claims;
  return {
    automatic: own?.automatic ?? general?.automatic ?? DEFAULTS.automatic,
    send: own?.send ?? general?.send ?? DEFAULTS.send,
    minValue: own?.minValue ?? general?.minValue ?? DEFAULTS.minValue,
    dueBusinessDays: own?.dueBusinessDays ?? general?.dueBusinessDays ?? DEFAULTS.dueBusinessDays,
    escalateBusinessDays:
      own?.escalateBusinessDays ?? general?.escalateBusinessDays ?? DEFAULTS.escalateBusinessDays,
  };
}

/** After so many of the company's business days. */
export function dueIn(context: PipelineContext, businessDays: number): Instant {
  return dueAfterBusinessDays(context.clock.now(), businessDays, context.policyOf('').companyCalendar);
}
