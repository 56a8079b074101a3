import type { EnvelopeParty, Standard } from '../model.ts';
import type { WriteSegment } from '../write.ts';

/**
 * An acknowledgment without its envelope: the body between ST/UNH and SE/UNT. Control numbers, counts and dates are given by
 * who sends it; sender and receiver are those of the answered interchange, swapped.
 */
export interface StreamedAcknowledgment {
  standard: Standard;
  type: '997' | '999' | 'CONTRL';
  /** GS08, `004010`; CONTRL: `D.3` (syntax 3) or `4.1`. */
  release: string;
  /** ST03 of a 999; '' otherwise. */
  implementation: string;
  /** GS01. '' in EDIFACT. */
  functionalId: 'FA' | '';
  sender: EnvelopeParty;
  receiver: EnvelopeParty;
  /** GS02 and GS03. '' in EDIFACT. */
  applicationSender: string;
  applicationReceiver: string;
  /** Answered as test data. */
  test: boolean;
  /** Made when they are asked for: of a large interchange they are never all in memory. */
  segments: Iterable<WriteSegment>;
}

export interface OutboundAcknowledgment extends StreamedAcknowledgment {
  segments: WriteSegment[];
}
