import { EXCEPTION_CATALOGUE } from '../../tracking/exception-catalogue.ts';
import type { ExceptionType } from '../../tracking/exception-catalogue.ts';
import type { ExceptionInput } from '../../tracking/exceptions.ts';
import { fingerprintOf } from '../../tracking/exceptions.ts';
import type { HoldState } from '../../tracking/match/hold.ts';
import type { MatchDecision } from '../../tracking/match/model.ts';
import type { PipelineContext } from '../context.ts';
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

export async function raiseHoldExceptions(
  unit: UnitOfWork,
  context: PipelineContext,
  invoice: InvoiceRecord,
  decision: MatchDecision,
): Promise<void> {
  for (const hold of invoice.holds) {
    const type = holdExceptionType(hold);
    if (type === undefined || hold.status !== 'open') continue;
    await raiseException(unit, context, {
      ...identify(invoice, type),
      type,
      detail: hold.texts.map((text) => (text.endsWith('.') ? text : `${text}.`)).join(' '),
      owner: hold.owner,
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
  const stopping = invoice.holds.filter(({ status }) => status === 'open' || status === 'waiting');
  const wanted = new Set(stopping.map(holdExceptionType));
  for (const hold of invoice.holds) {
    const type = holdExceptionType(hold);
    if (type === undefined || wanted.has(type)) continue;
    await closeException(unit, context, {
      fingerprint: fingerprintOf({ type, ...identify(invoice, type) }),
      by: 'system',
      action: 'resolved',
      reason: decision.text[0] ?? 'A later match cleared it.',
    });
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
