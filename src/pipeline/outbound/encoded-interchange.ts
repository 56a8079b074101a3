import type { Finding } from '../../common/finding.ts';
import type { InterchangeGroup } from '../records.ts';

/** Bytes that are ready to leave, and how they will be recognised in the partner's answers. */
export interface EncodedInterchange {
  bytes: Uint8Array;
  standard: 'x12' | 'edifact' | 'xml' | 'csv';
  /** `850`, `ORDERS`, `Order`, `997`. */
  transactionType: string;
  mapId?: string;
  senderId: string;
  receiverId: string;
  controlNumber: string;
  controlKey: string;
  groupKey: string;
  test: boolean;
  groups: EncodedGroup[];
  acknowledgmentExpected: boolean;
}

export type EncodedGroup = Omit<InterchangeGroup, 'transactions'> & {
  transactions: { type: string; controlNumber: string }[];
};

export interface Encoding {
  /** Absent when there are errors among the findings. */
  interchange?: EncodedInterchange;
  findings: Finding[];
}
