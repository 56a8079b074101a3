import type { OrderResponseLine } from '../documents/order-response.ts';
import { closeExceptions } from './draft.ts';
import type { Draft } from './draft.ts';
import { findLine } from './line-lookup.ts';
import type { OrderState, UnreadLines } from './model.ts';

/** Lines of documents that could not be read for want of data: kept, and read again once the data is there (5.15). */

export function keepUnread(draft: Draft, unread: UnreadLines): void {
  if (unread.document.lines.length === 0) return;
  draft.state.unread = [...(draft.state.unread ?? []), unread];
}

/** All that is kept, to be read again. */
export function takeUnread(draft: Draft): readonly UnreadLines[] {
  const kept = draft.state.unread ?? [];
  delete draft.state.unread;
  return kept;
}

/** A newer answer says what is to be known of these lines. */
export function forgetAnswered(draft: Draft, lineIds: ReadonlySet<string>): void {
  const { state } = draft;
  const isNews = (line: OrderResponseLine) => !lineIds.has(idOf(state, line));
  replaceUnread(state, (unread) => {
    if (unread.type !== 'orderResponseReceived') return unread;
    const lines = unread.document.lines.filter(isNews);
    return { ...unread, document: { ...unread.document, lines } };
  });
}

/** Another advice has taken the place of this shipment's, or it is cancelled. */
export function forgetShipment(draft: Draft, shipmentId: string): void {
  replaceUnread(draft.state, (unread) =>
    unread.type === 'despatchAdviceReceived' && unread.document.id === shipmentId
      ? { ...unread, document: { ...unread.document, lines: [] } }
      : unread,
  );
}

function replaceUnread(state: OrderState, change: (unread: UnreadLines) => UnreadLines): void {
  if (state.unread === undefined) return;
  const left = state.unread.map(change).filter(({ document }) => document.lines.length > 0);
  if (left.length === 0) delete state.unread;
  else state.unread = left;
}

function idOf({ lines }: OrderState, line: OrderResponseLine): string {
  const { index } = findLine(lines, line);
  return index === undefined ? '' : lines[index]!.id;
}

/** Nothing waits for a conversion any more. */
export function settleUnread(draft: Draft): void {
  const { unread, exceptions } = draft.state;
  if (unread !== undefined || !exceptions.some(({ type }) => type === 'UOM_CONVERSION_MISSING')) return;
  closeExceptions(
    draft,
    ({ type }) => type === 'UOM_CONVERSION_MISSING',
    'Nothing waits for the conversion any more.',
  );
}
