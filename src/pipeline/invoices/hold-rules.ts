import { dec, formatDecimal } from '../../common/decimal.ts';
import type { Company } from '../../partners/company-schema.ts';
import type { Partner } from '../../partners/partner-schema.ts';
import { defined } from '../../partners/resolve-policy.ts';
import { DEFAULT_HOLD_RULES } from '../../tracking/match/hold.ts';
import type { HoldRules, HoldState } from '../../tracking/match/hold.ts';
import { DEFAULT_HOLD_GRANTS, permissionsOn } from '../../tracking/match/hold-grants.ts';
import type { MatchDecision } from '../../tracking/match/model.ts';
import type { PipelineContext } from '../context.ts';
import type { Actor } from '../actor.ts';
import { loadToleranceChanges } from './tolerance-history.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

/** What a person may do about a hold, by company.yaml and partner.yaml: `policy.holds`. */
export async function holdRulesFor(
  unit: UnitOfWork,
  context: PipelineContext,
  partner: Partner,
  decision: MatchDecision,
): Promise<HoldRules> {
  const settings = settingsOf(context.partners.company, partner);
  const limit = dec(settings.secondPersonAbove ?? DEFAULT_HOLD_RULES.secondPersonAbove);
  const rate = rateOf(decision);
  return {
    // Limits are in company currency, holds in the document's. Without a rate every amount needs a second person.
    secondPersonAbove: rate === undefined ? '0' : formatDecimal(limit.div(rate)),
    toleranceHours: settings.toleranceHours ?? DEFAULT_HOLD_RULES.toleranceHours,
    toleranceChanges: await loadToleranceChanges(unit, partner.partner),
  };
}

export function permissionsFor(
  context: PipelineContext,
  partner: Partner,
  decision: MatchDecision,
  hold: HoldState,
  actor: Actor,
): string[] {
  const { accept } = settingsOf(context.partners.company, partner);
  const grants = accept?.map((grant) => defined(grant)) ?? DEFAULT_HOLD_GRANTS;
  const rate = rateOf(decision);
  const amount = rate === undefined ? undefined : formatDecimal(dec(hold.amount).times(rate));
  return permissionsOn({ type: hold.type, amount }, actor, grants);
}

function settingsOf(company: Company, partner: Partner) {
  return { ...company.policy.holds, ...partner.policy.holds };
}

function rateOf({ amounts, input }: MatchDecision): string | undefined {
  return amounts.currency === input.policy.companyCurrency ? '1' : input.exchangeRate;
}
