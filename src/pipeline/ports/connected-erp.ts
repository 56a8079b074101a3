import type { Instant } from '../../common/time.ts';

/** An ERP that the gateway talks to by itself: what people and machines may ask of the connection. */
export interface ConnectedErp {
  readonly kind: 'odoo';
  state(): ErpState;
  /** What is known of the exchange without asking the ERP: also while it is away, and whichever process reads it. */
  overview(): Promise<ErpOverview>;
  /** Tries step by step what the connection needs; with a partner also what its orders need. Never throws. */
  check(partnerId?: string): AsyncIterable<ErpCheckStep>;
  /** Reads what has changed; with `full` everything that is open on either side. Throws ODOO_*. */
  read(options?: { full?: boolean }): Promise<ErpReadReport>;
  /** Compares both sides and, where asked, mends what the gateway owns. Throws ODOO_*. */
  reconcile(options: { repair: boolean; orderIds?: readonly string[] }): Promise<ErpReconciliation>;
  /** Something has changed there: read soon. False where the secret is not the right one; nothing happens then. */
  wake(secret: string): Promise<boolean>;
}

export interface ErpState {
  url: string;
  database: string;
  /** `open`: it does not answer, and is not asked for a while. */
  circuit: 'closed' | 'open' | 'halfOpen';
  /** Calls under way, waiting for a place, and places there are. */
  running: number;
  waiting: number;
  limit: number;
  version?: string;
  protocol?: string;
  /** Why the last call had no answer. */
  trouble?: string;
  /** End of the last reading that came through, in this process. */
  readAt?: Instant;
}

/** A company of the ERP, with what of it is exchanged. */
export interface ErpCompany {
  id: number;
  name: string;
  /** ISO 4217 */
  currency: string;
  exchanged: boolean;
  warehouses: { code: string; name: string; exchanged: boolean }[];
}

export interface ErpOverview {
  state: ErpState;
  /** Orders confirmed before this are left alone; absent before the first reading. */
  since?: Instant;
  /** How far each kind of record was read, by the ERP's own clock. */
  readTo: { model: string; at: Instant }[];
  /** As the last reading has found them. */
  companies: ErpCompany[];
}

export interface ErpCheckStep {
  name: string;
  /** `missing`: it works, but not everything that is wanted. */
  result: 'ok' | 'missing' | 'failed';
  text: string;
}

export interface ErpReadReport {
  /** Orders by what became of them: released, changed, cancelled, unchanged, ignored … */
  orders: Partial<Record<string, number>>;
  receipts: number;
  /** Exchange rates and entries of price lists that are new or changed; of a full reading only. */
  masterData?: number;
}

/** One thing that both sides hold differently. */
export interface ErpDifference {
  orderId: string;
  lineId?: string;
  invoiceId?: string;
  /** `written`, `edited`, `order`, `received`, `billed`, `bill`. */
  kind: string;
  /** What is different, in one sentence. */
  text: string;
  ours: string;
  theirs: string;
  /** Read from there, written from here, or for a person to decide. */
  mend: 'read' | 'write' | 'person';
  /** Read again, or put in the line to be written again. */
  repaired: boolean;
}

export interface ErpReconciliation {
  /** Orders that were compared. */
  orders: number;
  /** Orders of which something is still to be written: not compared. */
  busy: number;
  differences: readonly ErpDifference[];
}
