import type { Interchange } from '../../edi/model.ts';
import type { Partner } from '../../partners/partner-schema.ts';
import type { RawText } from '../exceptions/evidence.ts';
import type { FileRecord } from '../records.ts';

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
  /** Test data for a productive partner, or the reverse: acknowledged, never applied. */
  usageMismatch: boolean;
  /** It is run again: an earlier run has applied it. */
  appliedBefore: boolean;
}
