import type { Finding } from '../../common/finding.ts';
import type { Document } from '../../documents/document.ts';
import type { Transaction } from '../../edi/model.ts';
import type { Partner } from '../../partners/partner-schema.ts';
import type { DocumentRecord } from '../records.ts';

/** A document as it was read: its record as it will be written, and what is in it. */
export interface ReceivedDocument {
  record: DocumentRecord;
  document: Document;
  partner: Partner;
  /** Whether its envelope says that it is test data; absent where nothing says so. */
  test?: boolean;
  /** Where it was read from; absent without an envelope. */
  transaction?: Transaction;
}

/** What became of a document, and why where nothing did: in words that the partner may read, too. */
export interface AppliedDocument {
  status: DocumentRecord['status'];
  findings: Finding[];
}
