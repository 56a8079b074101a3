import type { Document } from '../../documents/document.ts';

export const ERP_COMMAND_KINDS = [
  'confirmations',
  'despatchAdvice',
  'invoice',
  'creditNote',
  'invoiceReversal',
  'claim',
  'cancellation',
  'note',
] as const;

/**
 * What Tradelane tells the ERP. `key` is the idempotency key: the ERP side searches for it before it creates anything, so
 * that a retry after a time-out never doubles.
 */
export interface ErpCommand {
  key: string;
  /**
   * confirmations, despatchAdvice, invoice (matched, or a part of it), creditNote, invoiceReversal (a corrected invoice took its
   * place), claim (opened or changed), cancellation, note.
   */
  kind: (typeof ERP_COMMAND_KINDS)[number];
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
