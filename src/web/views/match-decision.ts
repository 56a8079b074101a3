import type * as z from 'zod';
import type { MatchDecisionRecord } from '../../pipeline/orders/order-records.ts';
import type { matchDecision } from '../schemas/invoice.ts';

/** The input stays in the store: it is large, and `inputHash` names it. */
export function toMatchDecision(record: MatchDecisionRecord): z.input<typeof matchDecision> {
  const { id, invoiceId, createdAt, trigger } = record;
  const { actor, outcome, engineVersion, configVersion, inputHash, text, holds, checks, amounts } =
    record.decision;
  return {
    id,
    invoiceId,
    createdAt,
    trigger,
    actor,
    outcome,
    engineVersion,
    configVersion,
    inputHash,
    text,
    holds,
    checks,
    amounts,
  };
}
