import { dueAfterBusinessDays, localDate } from '../../common/calendar.ts';
import type { Instant, LocalDate } from '../../common/time.ts';
import type { ClaimKind } from '../../tracking/claims/claim.ts';
import type { PipelineContext } from '../context.ts';

export interface ClaimPolicy {
  automatic: readonly ClaimKind[];
  send: 'atOnce' | 'byPerson';
  minValue: string;
  dueBusinessDays: number;
  escalateBusinessDays: number;
}

export const DEFAULT_CLAIM_POLICY: ClaimPolicy = {
  automatic: [],
  send: 'atOnce',
  minValue: '0',
  dueBusinessDays: 10,
  escalateBusinessDays: 5,
};

/** Of a partner whose settings are not there: goods of it go on being counted, and nothing is claimed unasked. */
const NOT_UNASKED: Partial<ClaimPolicy> = { automatic: [], send: 'byPerson' };

/** `policy.claims` of company.yaml and partner.yaml. */
export function claimPolicyOf(context: PipelineContext, partnerId: string): ClaimPolicy {
  const general = context.partners.company.policy.claims;
  const partner = context.partners.partners.find((candidate) => candidate.partner === partnerId);
  const own = partner === undefined ? NOT_UNASKED : partner.policy.claims;
  return {
    automatic: own?.automatic ?? general?.automatic ?? DEFAULT_CLAIM_POLICY.automatic,
    send: own?.send ?? general?.send ?? DEFAULT_CLAIM_POLICY.send,
    minValue: own?.minValue ?? general?.minValue ?? DEFAULT_CLAIM_POLICY.minValue,
    dueBusinessDays: own?.dueBusinessDays ?? general?.dueBusinessDays ?? DEFAULT_CLAIM_POLICY.dueBusinessDays,
    escalateBusinessDays:
      own?.escalateBusinessDays ?? general?.escalateBusinessDays ?? DEFAULT_CLAIM_POLICY.escalateBusinessDays,
  };
}

/** After so many of the company's business days. */
export function dueIn(context: PipelineContext, businessDays: number): Instant {
  return dueAfterBusinessDays(context.clock.now(), businessDays, context.policyOf('').companyCalendar);
}

/** The day on which a claim is due, as the company's people and the supplier read it. */
export function dueDateOf(context: PipelineContext, { dueAt }: { dueAt: Instant }): LocalDate {
  return localDate(dueAt, context.policyOf('').companyCalendar.timeZone);
}
