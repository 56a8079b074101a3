import type { Finding } from '../../common/finding.ts';
import type { Interchange, Transaction } from '../model.ts';
import { buildContrl } from './build-contrl.ts';
import { buildFunctionalAcknowledgment } from './build-functional.ts';
import { buildInterchangeAcknowledgment } from './build-interchange.ts';
import { copyText, isNameableGroup } from './copy.ts';
import {
  checkedTransaction,
  decideInterchange,
  type CheckedGroups,
  type InterchangeDecision,
} from './decision.ts';
import type { WriteSegment } from '../write.ts';
import type { OutboundAcknowledgment } from './outbound.ts';
import { DEFAULT_ACKNOWLEDGMENT_POLICY, type AcknowledgmentPolicy } from './policy.ts';

export interface InterchangeAnswer<T = Transaction> {
  decision: InterchangeDecision<T>;
  /** 997 or 999 for each functional group, one CONTRL for an EDIFACT interchange; none for acknowledgments. */
  functional: OutboundAcknowledgment[];
  /** TA1, to be sent between ISA and the first GS of an interchange to the partner. */
  interchange: WriteSegment | undefined;
}

/** Findings of a transaction's content, by transaction; missing for one that nobody validated. */
export type ValidationFindings = ReadonlyMap<Transaction, readonly Finding[]>;

/** Answers an interchange that was parsed as a whole; see answerInterchange. */
export function acknowledgeInterchange(
  interchange: Interchange,
  validations: ValidationFindings,
  policy: AcknowledgmentPolicy = DEFAULT_ACKNOWLEDGMENT_POLICY,
  outside: readonly Finding[] = [],
): InterchangeAnswer {
  const checked = interchange.groups.map((group) => {
    const transactions = group.transactions.map((transaction) => ({
      transaction,
      checked: checkedTransaction(transaction, validations.get(transaction) ?? []),
    }));
    return [group, transactions] as const;
  });
  return answerInterchange(interchange, new Map(checked), policy, outside);
}

/**
 * Decides on an interchange and builds the answers that the partner's policy asks for (5.11.2 of the domain rules). The same
 * input gives the same answer, so a duplicate can be answered again without effect. An acknowledgment is never acknowledged.
 *
 * `outside` are findings from beyond the syntax that reject the whole interchange, such as a reused control number
 * (`acknowledgment: { level: 'interchange', code: '025' }`).
 */
export function answerInterchange<T>(
  interchange: Interchange,
  checked: CheckedGroups<T>,
  policy: AcknowledgmentPolicy,
  outside: readonly Finding[] = [],
): InterchangeAnswer<T> {
  const decision = decideInterchange(interchange, checked, policy, outside);
  if (interchange.standard === 'edifact') {
    const functional = wantsContrl(decision, policy) ? [buildContrl(decision, policy)] : [];
    return { decision, functional, interchange: undefined };
  }
  const answered = wantsInterchangeAnswer(interchange, policy)
    ? buildInterchangeAcknowledgment(decision)
    : undefined;
  // A TA1 that rejects the interchange is the whole answer: its groups were not looked at.
  const groups = answered && decision.errors.length > 0 ? [] : decision.groups;
  const functional = groups
    .filter(({ group }) => policy.functional !== 'never' && group.functionalId !== 'FA')
    .filter(({ group }) => isNameableGroup(group.functionalId, group.controlNumber))
    .map((group) => buildFunctionalAcknowledgment(interchange, group, policy));
  return { decision, functional, interchange: answered };
}

function wantsInterchangeAnswer(interchange: Interchange, policy: AcknowledgmentPolicy): boolean {
  const { interchangeAcknowledgments, groups } = interchange;
  if (groups.length === 0 && interchangeAcknowledgments.length > 0) return false;
  if (policy.interchange === 'onRequest') return interchange.acknowledgmentRequest === '1';
  return policy.interchange === 'always';
}

function wantsContrl(
  { interchange, groups }: InterchangeDecision<unknown>,
  policy: AcknowledgmentPolicy,
): boolean {
  if (policy.functional === 'never' || copyText(interchange.controlNumber, 14) === '') return false;
  const messages = groups.flatMap((group) => group.transactions);
  if (messages.length > 0 && messages.every(({ checked }) => checked.type === 'CONTRL')) return false;
  return policy.functional === 'always' || /^[12]$/.test(interchange.acknowledgmentRequest);
}
