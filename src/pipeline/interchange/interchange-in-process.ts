import type { Finding } from '../../common/finding.ts';
import type { Interchange } from '../../edi/model.ts';
import type { Partner } from '../../partners/partner-schema.ts';
import type { RawText } from '../exceptions/evidence.ts';
import type { FileRecord } from '../records.ts';

/**
 * `mismatch`: test data for a productive partner, or the reverse: acknowledged, never applied. `testSystem`: test data, as agreed, of a
 * partner whose orders are productive: of it only what answers our own test data is heard.
 */
export type Usage = 'asAgreed' | 'testSystem' | 'mismatch';

/** By what was found about its envelope. */
export function usageOf(findings: readonly Finding[]): Usage {
  if (findings.some(({ code }) => code === 'USAGE_MISMATCH')) return 'mismatch';
  return findings.some(({ code }) => code === 'TEST_DATA') ? 'testSystem' : 'asAgreed';
}

/** The interchange being processed, and what its parts need to know. */
export interface InterchangeInProcess {
  file: FileRecord;
  bytes: RawText;
  interchange: Interchange;
  /** Of its bytes from the first to the last segment. */
  contentSha256: string;
  /** Id of its record. */
  id: string;
  partner: Partner;
  usage: Usage;
  /** It is run again: an earlier run has applied it. */
  appliedBefore: boolean;
}
