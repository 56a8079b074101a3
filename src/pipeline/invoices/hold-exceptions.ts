import { EXCEPTION_CATALOGUE } from '../../tracking/exception-catalogue.ts';
import type { CatalogueEntry, ExceptionType } from '../../tracking/exception-catalogue.ts';
import type { ExceptionAction } from '../../tracking/exception-model.ts';
import type { ExceptionInput } from '../../tracking/exceptions.ts';
import { fingerprintOf } from '../../tracking/exceptions.ts';
import type { HoldDecision, HoldState } from '../../tracking/match/hold.ts';
import type { MatchDecision } from '../../tracking/match/model.ts';
import type { PipelineContext } from '../context.ts';
import { orderIdsOf } from '../interchange/document-number.ts';
import { closeException, raiseException } from '../exceptions/exceptions.ts';
import type { InvoiceRecord } from '../orders/order-records.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

/**
 * The exception that stands for a hold; undefined where nobody has to act yet: waiting for goods becomes an exception when
 * its deadline passes, and a credit note that came early waits for its invoice.
 */
export function holdExceptionType(hold: Pick<HoldState, 'type' | 'codes'>): ExceptionType | undefined {
  if (hold.type === 'HOLD_RECEIPT' || hold.type === 'PARKED') return undefined;
  const named = hold.codes.find((code) => Object.hasOwn(EXCEPTION_CATALOGUE, code)) as
    ExceptionType | undefined;
  if (named !== undefined) return named;
  return Object.hasOwn(EXCEPTION_CATALOGUE, hold.type) ? (hold.type as ExceptionType) : 'HOLD_DATA';
}

/** What is done about holds, in the words of exceptions. Waiting and handing over are done to the exception itself. */
export const HOLD_ACTIONS: Partial<Record<ExceptionAction, HoldDecision>> = {
  accept: 'accept',
  release: 'accept',
  shortPay: 'shortPay',
  requestCredit: 'requestCredit',
  reject: 'reject',
  correctData: 'correctData',
  reprocess: 'correctData',
};

/**
 * The actions of a hold, whatever its exception is for other documents: an invoice is decided, and not dismissed, or it would be held
 * with nobody to know. Undefined where nothing is left to decide. Those of the catalogue go first: its first is the suggestion.
 */
function actionsOn(
  type: ExceptionType,
  { allowedActions }: Pick<HoldState, 'allowedActions'>,
): ExceptionInput['actions'] {
  const entry: CatalogueEntry = EXCEPTION_CATALOGUE[type];
  if (allowedActions.length === 0 || entry.closesAtOnce === true) return undefined;
  const known: readonly ExceptionAction[] = entry.actions;
  const acceptance = known.includes('release') ? 'accept' : 'release';
  const words = Object.entries(HOLD_ACTIONS) as [ExceptionAction, HoldDecision][];
  const possible = new Set<ExceptionAction>([
    'askSupplier',
    ...words.flatMap(([word, action]) => (allowedActions.includes(action) ? [word] : [])),
  ]);
  possible.delete(acceptance);
  const [first = 'askSupplier', ...others] = [...known.filter((each) => possible.delete(each)), ...possible];
  return [first, ...others];
}

/** Holds that stop the document and ask somebody: a repeat is ignored, whatever else is wrong with it. */
function askingHolds({ holds }: Pick<InvoiceRecord, 'holds'>): HoldState[] {
  const stopping = holds.filter(({ status }) => status === 'open' || status === 'waiting');
  const repeats = stopping.filter(({ codes }) => codes.includes('DUPLICATE_EXACT'));
  return repeats.length === 0 ? stopping : repeats;
}

export async function raiseHoldExceptions(
  unit: UnitOfWork,
  context: PipelineContext,
  invoice: InvoiceRecord,
  decision: MatchDecision,
): Promise<void> {
  for (const hold of askingHolds(invoice)) {
    const type = holdExceptionType(hold);
    if (type === undefined || hold.status !== 'open') continue;
    const actions = actionsOn(type, hold);
    await raiseException(unit, context, {
      ...identify(invoice, type),
      type,
      detail: hold.texts.map((text) => (text.endsWith('.') ? text : `${text}.`)).join(' '),
      owner: hold.owner,
      ...(actions !== undefined && { actions }),
      valueAtStake: hold.amount,
      currency: decision.amounts.currency,
      evidence: hold.texts.map((text) => ({ text, documentId: invoice.documentId })),
    });
  }
}

/** What the newest decision no longer asks for closes by itself. */
export async function closeHoldExceptions(
  unit: UnitOfWork,
  context: PipelineContext,
  invoice: InvoiceRecord,
  decision: MatchDecision,
): Promise<void> {
  const wanted = new Set(askingHolds(invoice).map(holdExceptionType));
  // Its order was found by the delivery note: what it was called before is nobody's any more.
  const nameless = invoice.orderIds.length > 0 && orderIdsOf(invoice.document).length === 0;
  for (const hold of invoice.holds) {
    const type = holdExceptionType(hold);
    if (type === undefined) continue;
    const identities = [
      ...(nameless ? [identify({ ...invoice, orderIds: [] }, type)] : []),
      ...(wanted.has(type) ? [] : [identify(invoice, type)]),
    ];
    for (const identity of identities) {
      await closeException(unit, context, {
        fingerprint: fingerprintOf({ type, ...identity }),
        by: 'system',
        action: 'resolved',
        reason: decision.text[0] ?? 'A later match cleared it.',
      });
    }
  }
}

function identify(
  invoice: InvoiceRecord,
  type: ExceptionType,
): Pick<ExceptionInput, 'subject' | 'discriminator'> {
  const orderId = invoice.orderIds[0];
  const subject = {
    partnerId: invoice.partnerId,
    invoiceId: invoice.id,
    documentId: invoice.documentId,
    ...(orderId !== undefined && { orderId }),
  };
  return { subject, discriminator: `${invoice.id}|${type}` };
}
