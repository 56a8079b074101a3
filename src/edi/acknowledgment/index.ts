export {
  acknowledgeInterchange,
  answerInterchange,
  type InterchangeAnswer,
  type StreamedAnswer,
  type ValidationFindings,
} from './acknowledge.ts';
export type * from './acknowledgment-report.ts';
export {
  checkedTransaction,
  type CheckedGroups,
  type CheckedTransaction,
  type GroupDecision,
  type InterchangeDecision,
  type StreamedDecision,
  type StreamedGroup,
  type TransactionDecision,
  type Verdict,
} from './decision.ts';
export { describeCode } from './describe-code.ts';
export type { OutboundAcknowledgment, StreamedAcknowledgment } from './outbound.ts';
export { DEFAULT_ACKNOWLEDGMENT_POLICY, type AcknowledgmentPolicy } from './policy.ts';
export { isAcknowledgment, readAcknowledgments } from './read-acknowledgment.ts';
export {
  reconcileAcknowledgment,
  type AcknowledgmentResult,
  type ReconcileOptions,
  type Reconciliation,
  type SentGroup,
  type SentTransaction,
} from './reconcile.ts';
export { isAccepted, isFinal, type AcknowledgmentStatus } from './status.ts';
