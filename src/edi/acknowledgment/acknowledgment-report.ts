/** One fault that the partner found in a segment of ours. */
export interface ReportedElement {
  /** 1-based element, component and repetition; 0 = not told. */
  element: number;
  component: number;
  repetition: number;
  elementId: string;
  /** AK403, IK403 or 0085. */
  code: string;
  /** AK404: the data as the partner saw it. */
  copy: string;
}

export interface ReportedSegment {
  /** AK301; '' in CONTRL, which tells only the position. */
  segmentId: string;
  /** Position in the transaction that we sent: ST/UNH is 1. */
  position: number;
  loop: string;
  /** AK304, IK304 or 0085; '' where only elements are at fault. */
  code: string;
  elements: ReportedElement[];
}

export type ReportedVerdict = 'accepted' | 'acceptedWithErrors' | 'partial' | 'rejected' | 'receivedOnly';

export interface ReportedTransaction {
  /** AK201 / UCM S009: `850`, `ORDERS`. */
  type: string;
  /** AK202 / 0062. */
  controlNumber: string;
  /** Undefined: listed without a verdict. */
  verdict: ReportedVerdict | undefined;
  /** AK502.. / 0085. */
  codes: string[];
  segments: ReportedSegment[];
}

export interface ReportedGroup {
  /** AK101; '' in EDIFACT. */
  functionalId: string;
  /** AK102 / UCF 0048; '' for the messages of an interchange without groups. */
  controlNumber: string;
  /** AK103, in 005010 and later; '' where not told. */
  version: string;
  verdict: ReportedVerdict | undefined;
  /** AK905.. / 0085. */
  codes: string[];
  /** AK902, AK903, AK904; undefined where not told. */
  included: number | undefined;
  received: number | undefined;
  accepted: number | undefined;
  transactions: ReportedTransaction[];
}

export interface ReportedInterchange {
  /** TA101 / UCI 0020. */
  controlNumber: string;
  verdict: ReportedVerdict | undefined;
  /** TA105 / 0085. */
  codes: string[];
  /** CONTRL: S002 and S003 as we sent them. */
  senderId: string;
  receiverId: string;
}

/** A 997, 999, TA1 or CONTRL as read, before it is held against what we sent. */
export interface FunctionalAcknowledgmentReport {
  type: '997' | '999' | 'TA1' | 'CONTRL';
  /** TA1 and CONTRL. */
  interchange: ReportedInterchange | undefined;
  groups: ReportedGroup[];
  /** Who sends this acknowledgment: GS02/GS03 of its group, ISA06/ISA08 or UNB ids for TA1 and CONTRL. */
  senderId: string;
  receiverId: string;
  /** It came as test data: it speaks of test data only, whose control numbers are a sequence of their own. */
  test: boolean;
}
