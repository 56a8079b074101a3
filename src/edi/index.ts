/**
 * The EDI core: X12 and EDIFACT syntax, and nothing of business. This is the public API of `tradelane/edi`, with examples
 * in README.md; what is not exported here may change at any time.
 */
export type * from './model.ts';
export { hasErrors } from '../common/finding.ts';
export type { AcknowledgmentCode, Finding, Place, Severity } from '../common/finding.ts';
export { parseFile } from './parse.ts';
export { scanFile } from './scan.ts';
export type { EdiVisitor, ScannedFile } from './scan.ts';
export type { ReadOptions } from './read-options.ts';
export type { EnvelopeLeniency, Leniency } from './leniency.ts';
export { ENVELOPE_FINDINGS } from './envelope-findings.ts';
export type { EnvelopeCode } from './envelope-findings.ts';
export { detectSyntax } from './detect.ts';
export type { DetectedSyntax, Syntax } from './detect.ts';
export { equalControlNumbers, formatControlNumber, isRollover, nextControlNumber } from './control-number.ts';
export type { ControlNumberPlace } from './control-number.ts';
export { SegmentWriter } from './segment-writer.ts';
export type { WriteElement, WriteRepetition, WriteRules } from './segment-writer.ts';
export { EDIFACT_DELIMITERS, InterchangeWriter, X12_DELIMITERS, writeInterchange } from './write.ts';
export type {
  GroupHeader,
  GroupToWrite,
  InterchangeHeader,
  InterchangeToWrite,
  TransactionHeader,
  TransactionToWrite,
  WritePolicy,
  WriteSegment,
  WrittenInterchange,
} from './write.ts';
export { createEdiReader, readEdi } from './edi-reader.ts';
export type { EdiEvent, EdiReader } from './edi-reader.ts';
export { toTree, writeTree } from './tree.ts';
export type {
  EdiTree,
  GroupTree,
  InterchangeTree,
  PlainSegment,
  SegmentTree,
  TransactionTree,
} from './tree.ts';
export { FileCheck } from './file-check.ts';
export type { CheckedPart, FileCheckOptions } from './file-check.ts';
export type { TransactionSummary } from './transaction-ledger.ts';
export {
  FINDING_CODES,
  findGrammar,
  layerSchema,
  lintDictionary,
  listMessageTypes,
  listReleases,
  userDictionarySchema,
  validateTransaction,
} from './grammar/index.ts';
export type {
  DictionaryProblem,
  Grammar,
  GrammarExtensions,
  GrammarOptions,
  Layer,
  Restriction,
  TransactionValidation,
  UserDictionary,
  ValidationCode,
  ValidationLeniency,
} from './grammar/index.ts';
export {
  DEFAULT_ACKNOWLEDGMENT_POLICY,
  acknowledgeInterchange,
  answerInterchange,
  checkedTransaction,
  describeCode,
  isAccepted,
  isAcknowledgment,
  isFinal,
  readAcknowledgments,
  reconcileAcknowledgment,
} from './acknowledgment/index.ts';
export type {
  AcknowledgmentPolicy,
  AcknowledgmentResult,
  AcknowledgmentStatus,
  CheckedGroups,
  CheckedTransaction,
  FunctionalAcknowledgmentReport,
  GroupDecision,
  InterchangeAnswer,
  InterchangeDecision,
  OutboundAcknowledgment,
  ReconcileOptions,
  Reconciliation,
  ReportedElement,
  ReportedGroup,
  ReportedInterchange,
  ReportedSegment,
  ReportedTransaction,
  ReportedVerdict,
  SentGroup,
  SentTransaction,
  StreamedAcknowledgment,
  StreamedAnswer,
  StreamedDecision,
  StreamedGroup,
  TransactionDecision,
  ValidationFindings,
  Verdict,
} from './acknowledgment/index.ts';
