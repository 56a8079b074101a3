/** The EDI core: X12 and EDIFACT syntax, and nothing of business. */
export type * from './model.ts';
export type { Finding } from '../common/finding.ts';
export { parseFile } from './parse.ts';
export type { ReadOptions } from './reader.ts';
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
