import type { Finding } from '../../common/finding.ts';
import type { FunctionalGroup, Interchange, Transaction } from '../model.ts';
import type { AcknowledgmentPolicy } from './policy.ts';

/** Syntax says nothing about the business content: accepted means readable. */
export type Verdict = 'accepted' | 'acceptedWithErrors' | 'rejected';

export interface TransactionDecision {
  transaction: Transaction;
  verdict: Verdict;
  /** Envelope and content, errors and warnings. */
  findings: readonly Finding[];
}

export interface GroupDecision {
  group: FunctionalGroup;
  /** `partial`: some transactions accepted, some rejected. */
  verdict: Verdict | 'partial';
  transactions: TransactionDecision[];
}

export interface InterchangeDecision {
  interchange: Interchange;
  verdict: Verdict | 'partial';
  groups: GroupDecision[];
  /** Why the whole interchange is rejected: errors of its own envelope, or a fault found outside (duplicate). */
  errors: readonly Finding[];
}

/** Findings of a transaction's content, by transaction; missing for one that nobody validated. */
export type ValidationFindings = ReadonlyMap<Transaction, readonly Finding[]>;

/**
 * What is accepted and what is not: an error of the envelope rejects all that is in it, an error in a transaction only
 * that transaction. Only accepted transactions (with or without errors) may be processed.
 */
export function decideInterchange(
  interchange: Interchange,
  validations: ValidationFindings,
  policy: AcknowledgmentPolicy,
  outside: readonly Finding[] = [],
): InterchangeDecision {
  const errors = [...interchange.findings, ...outside].filter(isError);
  const groups = interchange.groups.map((group) =>
    decideGroup(group, validations, policy, errors.length > 0),
  );
  const verdict = errors.length > 0 ? 'rejected' : combine(groups.map((group) => group.verdict));
  return { interchange, verdict, groups, errors };
}

function decideGroup(
  group: FunctionalGroup,
  validations: ValidationFindings,
  policy: AcknowledgmentPolicy,
  rejected: boolean,
): GroupDecision {
  const reject = rejected || group.findings.some(isError);
  const transactions = group.transactions.map((transaction) => {
    const findings = [...transaction.findings, ...(validations.get(transaction) ?? [])];
    return {
      transaction,
      findings,
      verdict: reject ? ('rejected' as const) : judge(transaction, findings, policy),
    };
  });
  return {
    group,
    transactions,
    verdict: reject ? 'rejected' : combine(transactions.map(({ verdict }) => verdict)),
  };
}

function judge(
  transaction: Transaction,
  findings: readonly Finding[],
  policy: AcknowledgmentPolicy,
): Verdict {
  const errors = findings.filter(isError);
  if (errors.length === 0) return 'accepted';
  const small = errors.every((finding) => finding.acknowledgment?.level === 'element');
  return transaction.standard === 'x12' && policy.acceptWithErrors && small
    ? 'acceptedWithErrors'
    : 'rejected';
}

function combine(verdicts: readonly (Verdict | 'partial')[]): Verdict | 'partial' {
  const rejected = verdicts.filter((verdict) => verdict === 'rejected').length;
  if (verdicts.length > 0 && rejected === verdicts.length) return 'rejected';
  if (rejected > 0 || verdicts.includes('partial')) return 'partial';
  return verdicts.includes('acceptedWithErrors') ? 'acceptedWithErrors' : 'accepted';
}

function isError(finding: Finding): boolean {
  return finding.severity === 'error';
}
