import type { Finding } from '../../common/finding.ts';
import { ACKNOWLEDGMENT_ID, isAcknowledgmentType } from '../functional-id.ts';
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
  type StreamedDecision,
  type StreamedGroup,
} from './decision.ts';
import type { WriteSegment } from '../write.ts';
import type { OutboundAcknowledgment, StreamedAcknowledgment } from './outbound.ts';
import { DEFAULT_ACKNOWLEDGMENT_POLICY, type AcknowledgmentPolicy } from './policy.ts';

/** The answer to an interchange of any size: what it tells of each transaction is made while one goes through it. */
export interface StreamedAnswer<T> {
  decision: StreamedDecision<T>;
  /** 997 or 999 for each functional group, one CONTRL for an EDIFACT interchange; none for acknowledgments. */
  functional: StreamedAcknowledgment[];
  /** TA1, to be sent between ISA and the first GS of an interchange to the partner. */
  interchange: WriteSegment | undefined;
}

export interface InterchangeAnswer<T = Transaction> extends StreamedAnswer<T> {
  decision: InterchangeDecision<T>;
  functional: OutboundAcknowledgment[];
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
  const answer = answerInterchange(interchange, new Map(checked), policy, outside);
  const groups = answer.decision.groups.map((group) => ({ ...group, transactions: [...group.transactions] }));
  return {
    ...answer,
    decision: { ...answer.decision, groups },
    functional: answer.functional.map((one) => ({ ...one, segments: [...one.segments] })),
  };
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
): StreamedAnswer<T> {
  const decision = decideInterchange(interchange, checked, policy, outside);
  if (interchange.standard === 'edifact') {
    const functional = wantsContrl(decision, policy) ? [buildContrl(decision, policy)] : [];
    return { decision, functional, interchange: undefined };
  }
  const answered = interchangeAnswer(decision, policy);
  // A TA1 that rejects the interchange is the whole answer: its groups were not looked at.
  const groups = answered && decision.errors.length > 0 ? [] : decision.groups;
  const functional = groups
    .filter((group) => policy.functional !== 'never' && !isAcknowledgmentGroup(group))
    .filter(({ group }) => isNameableGroup(group.functionalId, group.controlNumber))
    .map((group) => buildFunctionalAcknowledgment(interchange, group, policy));
  return { decision, functional, interchange: answered };
}

function interchangeAnswer(
  decision: StreamedDecision<unknown>,
  policy: AcknowledgmentPolicy,
): WriteSegment | undefined {
  const { interchangeAcknowledgments, groups, acknowledgmentRequest } = decision.interchange;
  if (policy.interchange === 'never') return undefined;
  if (groups.length === 0 && interchangeAcknowledgments.length > 0) return undefined;
  const answer = buildInterchangeAcknowledgment(decision);
  if (policy.interchange === 'always') return answer;
  const status = answer[4];
  const isAsked = typeof status === 'string' && ASKED_FOR[acknowledgmentRequest]?.includes(status) === true;
  return isAsked ? answer : undefined;
}

/** ISA14: which TA104 it asks for. 2 and 3, of later versions, want to hear of faults only. */
const ASKED_FOR: Readonly<Record<string, string>> = { '1': 'AER', '2': 'R', '3': 'ER' };

function wantsContrl(
  { interchange, groups }: StreamedDecision<unknown>,
  policy: AcknowledgmentPolicy,
): boolean {
  if (policy.functional === 'never' || copyText(interchange.controlNumber, 14) === '') return false;
  if (groups.some(({ received }) => received > 0) && groups.every(holdsOnlyContrl)) return false;
  return policy.functional === 'always' || /^[12]$/.test(interchange.acknowledgmentRequest);
}

function holdsOnlyContrl({ transactions }: StreamedGroup<unknown>): boolean {
  for (const { checked } of transactions) if (checked.type !== 'CONTRL') return false;
  return true;
}

/** Also one that says in GS01 that it holds something else: two gateways would answer each other for ever. */
function isAcknowledgmentGroup({ group, received, transactions }: StreamedGroup<unknown>): boolean {
  if (group.functionalId === ACKNOWLEDGMENT_ID) return true;
  for (const { checked } of transactions) if (!isAcknowledgmentType(checked.type)) return false;
  return received > 0;
}
