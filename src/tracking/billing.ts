import { dueAfterBusinessDays, instantAt } from '../common/calendar.ts';
import { clearDeadlines, closeExceptions, editLine, explain, publish, setDeadline } from './draft.ts';
import type { Draft } from './draft.ts';
import type { BillingEntry, CreditMatched, InvoiceHeld, InvoiceMatched, OrderState } from './model.ts';
import { add, subtract } from './quantity.ts';

/** What takes a document off its orders: as long as it stands so, nothing waits for it. */
const OFF: ReadonlySet<string> = new Set(['REJECTED', 'REVERSED', 'BLOCKED']);

/** Region 4: the results of the invoice match. The same invoice again replaces what was known of it. */
export function applyBilling(draft: Draft, event: InvoiceMatched | InvoiceHeld | CreditMatched): void {
  const { invoiceId, lines } = event;
  const entry: BillingEntry = {
    invoiceId,
    kind: event.type === 'creditMatched' ? 'creditNote' : 'invoice',
    status: event.type === 'invoiceHeld' ? 'held' : 'matched',
    holds: event.type === 'invoiceHeld' ? event.holds : [],
    lines,
  };
  // While it is held, nothing tells a credit note from an invoice.
  const before = draft.state.billing.find(
    (each) => each.invoiceId === invoiceId && (each.kind === entry.kind || each.status === 'held'),
  );
  const isOff = entry.holds.some((hold) => OFF.has(hold));
  const others = draft.state.billing.filter((each) => each !== before);
  draft.state.billing = isOff ? others : [...others, entry];
  countLines(draft, new Set([...lines, ...(before?.lines ?? [])].map(({ lineId }) => lineId)));
  if (event.type === 'invoiceHeld') {
    hold(draft, entry);
    return;
  }
  stopWaiting(draft, invoiceId, 'The invoice matches now.');
  const type = entry.kind === 'invoice' ? 'invoice.matched' : 'invoice.credited';
  publish(draft, type, { invoiceId, lines }, invoiceId);
  explain(draft, {
    rule: '5.9.6',
    text: `${entry.kind === 'invoice' ? 'Invoice' : 'Credit note'} ${invoiceId} is matched.`,
  });
}

function hold(draft: Draft, entry: BillingEntry): void {
  const { invoiceId, holds } = entry;
  publish(draft, 'invoice.held', { invoiceId, holds }, invoiceId);
  explain(draft, { rule: '5.9.6', text: `Invoice ${invoiceId} is held: ${holds.join(', ')}.` });
  if (!holds.includes('HOLD_RECEIPT')) {
    stopWaiting(draft, invoiceId, 'The invoice does not wait for goods any more.');
    return;
  }
  const { calendar, invoice } = draft.policy;
  setDeadline(draft, {
    key: `receiptWait/${invoiceId}`,
    kind: 'receiptWait',
    dueAt: dueAfterBusinessDays(arrivalOf(draft), invoice.receiptWaitBusinessDays, calendar),
    owner: 'warehouse',
    subject: invoiceId,
  });
}

function stopWaiting(draft: Draft, invoiceId: string, reason: string): void {
  clearDeadlines(draft, ({ key }) => key === `receiptWait/${invoiceId}`);
  closeExceptions(draft, (open) => open.type === 'HOLD_RECEIPT' && open.subject === invoiceId, reason);
}

/** When the goods are expected: the last announced arrival, unless it is past. */
function arrivalOf(draft: Draft): string {
  const etas = draft.state.shipments
    .filter(({ status }) => status === 'live')
    .flatMap(({ estimatedDeliveryDate }) => estimatedDeliveryDate ?? []);
  const latest = etas.sort().at(-1);
  if (latest === undefined) return draft.now;
  const arrival = instantAt(latest, '00:00', draft.policy.calendar.timeZone);
  return arrival > draft.now ? arrival : draft.now;
}

function countLines(draft: Draft, lineIds: ReadonlySet<string>): void {
  const billed = matchedQuantities(draft.state, 'invoice');
  const credited = matchedQuantities(draft.state, 'creditNote');
  draft.state.lines.forEach(({ id }, index) => {
    if (!lineIds.has(id)) return;
    const line = editLine(draft, index);
    line.credited = credited.get(id) ?? '0';
    line.invoiced = subtract(billed.get(id) ?? '0', line.credited);
  });
}

/** By line, of everything that is matched. */
function matchedQuantities(state: OrderState, kind: BillingEntry['kind']): Map<string, string> {
  const sums = new Map<string, string>();
  for (const entry of state.billing) {
    if (entry.kind !== kind || entry.status !== 'matched') continue;
    for (const { lineId, quantity } of entry.lines) sums.set(lineId, add(sums.get(lineId) ?? '0', quantity));
  }
  return sums;
}
