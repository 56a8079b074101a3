import type { Finding } from '../../common/finding.ts';
import type { FunctionalGroup, Interchange, Standard, Transaction } from '../model.ts';
import { again } from './again.ts';
import type { AcknowledgmentPolicy } from './policy.ts';

/** Syntax says nothing about the business content: accepted means readable. */
export type Verdict = 'accepted' | 'acceptedWithErrors' | 'rejected';

/** What an answer needs of a transaction; it keeps none of its text, so that a stream can be answered at its end. */
export interface CheckedTransaction {
  standard: Standard;
  type: string;
  controlNumber: string;
  implementation: string;
  /** UNH S009 as sent; [] in X12. */
  identifier: readonly string[];
  /** 1-based ordinals in the file. */
  interchange: number;
  group: number;
  transaction: number;
  /** Envelope and content, errors and warnings. */
  findings: readonly Finding[];
}

/** A transaction and what validation found in it. */
export function checkedTransaction(
  transaction: Transaction,
  content: readonly Finding[],
): CheckedTransaction {
  const { standard, type, controlNumber, implementation, segments, interchange, group } = transaction;
  const components = [1, 2, 3, 4, 5].map((component) => segments.value(0, 2, component));
  while (components.at(-1) === '') components.pop();
  return {
    standard,
    type,
    controlNumber,
    implementation,
    identifier: standard === 'edifact' ? components : [],
    interchange,
    group,
    transaction: transaction.transaction,
    findings: [...transaction.findings, ...content],
  };
}

/** `T` is whatever the caller decides about: the parsed transaction, or its summary in a stream. */
export interface TransactionDecision<T = Transaction> {
  transaction: T;
  checked: CheckedTransaction;
  verdict: Verdict;
  /** Those of `checked`. */
  findings: readonly Finding[];
}

/** The decision on a group whose transactions are told one after the other, as often as one asks: none need be in memory. */
export interface StreamedGroup<T> {
  group: FunctionalGroup;
  /** `partial`: some transactions accepted, some rejected. */
  verdict: Verdict | 'partial';
  /** How many transactions there are, and how many of them are not rejected. */
  received: number;
  accepted: number;
  transactions: Iterable<TransactionDecision<T>>;
}

export interface GroupDecision<T = Transaction> extends StreamedGroup<T> {
  transactions: TransactionDecision<T>[];
}

export interface StreamedDecision<T> {
  interchange: Interchange;
  verdict: Verdict | 'partial';
  groups: StreamedGroup<T>[];
  /** Why the whole interchange is rejected: errors of its own envelope, or a fault found outside (duplicate). */
  errors: readonly Finding[];
}

export interface InterchangeDecision<T = Transaction> extends StreamedDecision<T> {
  groups: GroupDecision<T>[];
}

/** The transactions of each group, in their order; gone through several times. */
export type CheckedGroups<T> = ReadonlyMap<
  FunctionalGroup,
  Iterable<{ transaction: T; checked: CheckedTransaction }>
>;

/**
 * What is accepted and what is not: an error of the envelope rejects all that is in it, an error in a transaction only
 * that transaction. Only accepted transactions (with or without errors) may be processed.
 */
export function decideInterchange<T>(
  interchange: Interchange,
  checked: CheckedGroups<T>,
  policy: AcknowledgmentPolicy,
  outside: readonly Finding[] = [],
): StreamedDecision<T> {
  const errors = [...interchange.findings, ...outside].filter(isError);
  const groups = interchange.groups.map((group) => {
    const reject = errors.length > 0 || group.findings.some(isError);
    return decideGroup(group, checked.get(group) ?? [], policy, reject);
  });
  const verdict = errors.length > 0 ? 'rejected' : combineVerdicts(groups.map((group) => group.verdict));
  return { interchange, verdict, groups, errors };
}

function decideGroup<T>(
  group: FunctionalGroup,
  entries: Iterable<{ transaction: T; checked: CheckedTransaction }>,
  policy: AcknowledgmentPolicy,
  reject: boolean,
): StreamedGroup<T> {
  const transactions = again(function* () {
    for (const { transaction, checked } of entries) {
      const verdict = reject ? 'rejected' : judge(checked, policy);
      yield { transaction, checked, verdict, findings: checked.findings };
    }
  });
  const verdicts = new Set<Verdict>();
  let received = 0;
  let accepted = 0;
  for (const { verdict } of transactions) {
    verdicts.add(verdict);
    received++;
    if (verdict !== 'rejected') accepted++;
  }
  return {
    group,
    verdict: reject ? 'rejected' : combineVerdicts([...verdicts]),
    received,
    accepted,
    transactions,
  };
}

function judge({ standard, findings }: CheckedTransaction, policy: AcknowledgmentPolicy): Verdict {
  const errors = findings.filter(isError);
  if (errors.length === 0) return 'accepted';
  const small = errors.every((finding) => finding.acknowledgment?.level === 'element');
  return standard === 'x12' && policy.acceptWithErrors && small ? 'acceptedWithErrors' : 'rejected';
}

export function combineVerdicts(verdicts: readonly (Verdict | 'partial')[]): Verdict | 'partial' {
  const rejected = verdicts.filter((verdict) => verdict === 'rejected').length;
  if (verdicts.length > 0 && rejected === verdicts.length) return 'rejected';
  if (rejected > 0 || verdicts.includes('partial')) return 'partial';
  return verdicts.includes('acceptedWithErrors') ? 'acceptedWithErrors' : 'accepted';
}

function isError(finding: Finding): boolean {
  return finding.severity === 'error';
}
