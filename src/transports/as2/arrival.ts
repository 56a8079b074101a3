import type { FileContent } from '../../pipeline/ports/file-content.ts';
import type { Agreement } from './agreement.ts';
import type { InboundRequest } from './http-exchange.ts';
import type { ReceiptRequest } from './receipt-request.ts';
import type { As2Station } from './station.ts';

/** A message that has come in whole. */
export interface Arrival {
  station: As2Station;
  agreement: Agreement;
  request: InboundRequest;
  receiptRequest: ReceiptRequest;
  /** Id of its record: the same for the same message of the same sender. */
  id: string;
  messageId: string;
  raw: FileContent;
  /** Of `raw`. */
  sha256: string;
}
