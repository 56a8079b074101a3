import type { Document } from '../../documents/document.ts';

/**
 * What Tradelane tells the ERP. `key` is the idempotency key: the ERP side searches for it before it creates anything, so
 * that a retry after a time-out never doubles.
 */
export interface ErpCommand {
  key: string;
  /** confirmations, despatchAdvice, invoice (matched), creditNote, cancellation, note. */
  kind: 'confirmations' | 'despatchAdvice' | 'invoice' | 'creditNote' | 'cancellation' | 'note';
  orderIds: string[];
  partnerId: string;
  /** The canonical document that this goes back to, where there is one. */
  document?: Document;
  /** Decided values, for example each line's confirmed slices; and the texts that explain them. */
  data: Record<string, unknown>;
}

/** The ERP behind the gateway: Odoo, or stand-alone (any other ERP over JSON). Throws GatewayError ERP_*. */
export interface Erp {
  readonly kind: string;
  /** Carries the command out once; returns the ERP's own reference to it. */
  write(command: ErpCommand): Promise<{ reference: string }>;
}
