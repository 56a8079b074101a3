import { effectKey, emit } from './draft.ts';
import type { Draft } from './draft.ts';

/** Invoices of the order are to be matched again: what they are held against has changed (5.9.6). */
export function rematch(draft: Draft, lineIds: readonly string[], trigger: string): void {
  const key = effectKey(draft, 'rematchInvoices', trigger);
  emit(draft, { kind: 'rematchInvoices', key, lineIds: [...lineIds], trigger });
}

/** The same where the order knows of an invoice that is held; most orders change before any comes. */
export function rematchHeld(draft: Draft, lineIds: readonly string[], trigger: string): void {
  if (draft.state.billing.some(({ status }) => status === 'held')) rematch(draft, lineIds, trigger);
}
