import type { DecimalString } from '../common/decimal.ts';
import type { LocalDate } from '../common/time.ts';
import type { DespatchAdvice } from '../documents/despatch-advice.ts';
import type { Order, OrderChange } from '../documents/order.ts';
import type { ExceptionAction, OwnerRole, TrackedException } from './exception-model.ts';
import type { Fact } from './facts.ts';
import type { DocumentRef } from './order-events.ts';
import type { Deadline, OrderState, Slice } from './order-state.ts';
import type { ToleranceLevel } from './policy.ts';

/** Decided values of one line, for the ERP. */
export interface ConfirmedLine {
  lineId: string;
  ordered: DecimalString;
  confirmed: DecimalString;
  backordered: DecimalString;
  rejected: DecimalString;
  cancelled: DecimalString;
  /** Earliest and last confirmed delivery dates. */
  earliestDate?: LocalDate;
  latestDate?: LocalDate;
  slices: Slice[];
  /** Whether the ERP should split the line or keep its own and store the schedule (5.4.3). */
  writeBack: 'schedulesOnly' | 'splitLines';
}

/** What is to be done outside. `key` is the idempotency key: the same decision taken again names the same effect. */
export type Effect =
  | {
      kind: 'sendDocument';
      key: string;
      documentType: 'order' | 'orderChange';
      version: number;
      document: Order | OrderChange;
      /** A resend of a document that went out before: the envelope is new, the content is not. */
      resend?: true;
    }
  | { kind: 'writeErp'; key: string; operation: 'confirmations'; payload: { lines: ConfirmedLine[] } }
  | {
      kind: 'writeErp';
      key: string;
      operation: 'despatchAdvice';
      payload: { document: DespatchAdvice; documentRef: DocumentRef; replaces?: string; cancelled?: true };
    }
  | {
      kind: 'writeErp';
      key: string;
      operation: 'cancellation';
      payload: { lineIds: string[]; reason: string };
    }
  | { kind: 'writeErp'; key: string; operation: 'note'; payload: { text: string } }
  | { kind: 'rematchInvoices'; key: string; lineIds: string[]; trigger: string }
  | { kind: 'notify'; key: string; audience: Audience; template: string; data: Record<string, string> };

export type Audience = 'supplier' | 'supplierSecondContact' | OwnerRole;

export type DeadlineChange = ({ change: 'set' } & Deadline) | { change: 'clear'; key: string };

export type ExceptionChange =
  | { change: 'open'; exception: TrackedException }
  /** The same trouble once more: count it, keep the newer words and evidence. */
  | { change: 'update'; exception: TrackedException }
  | {
      change: 'close';
      fingerprint: string;
      /** `system` when the cause went away. */
      by: string;
      action: ExceptionAction | 'resolved';
      reason: string;
    };

/** Why it was decided so. */
export interface Explanation {
  /** Paragraph or transition: `T8`, `5.4.2 price up`. */
  rule: string;
  /** A named observation that needs nobody: ACK_VERSION_ASSUMED, DELIVERY_DATE_ESTIMATED … */
  code?: string;
  text: string;
  lineId?: string;
  inputs?: Record<string, string>;
  tolerance?: { name: string; limit: string; level: ToleranceLevel; version: string };
}

export type Decision =
  | ({ changed: true; state: OrderState } & Consequences)
  /** The event was known or means nothing here: explanations may say why. No state: there is no such order. */
  | ({ changed: false; state: OrderState | undefined } & Consequences);

export interface Consequences {
  facts: Fact[];
  effects: Effect[];
  deadlines: DeadlineChange[];
  exceptions: ExceptionChange[];
  explanations: Explanation[];
}
