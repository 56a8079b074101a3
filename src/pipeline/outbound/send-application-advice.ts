import { sentence } from '../../common/sentence.ts';
import type { ApplicationAdvice } from '../../documents/application-advice.ts';
import type { Partner } from '../../partners/partner-schema.ts';
import { buildApplicationAdvice } from '../../tracking/match/application-advice.ts';
import type { HoldState } from '../../tracking/match/hold.ts';
import type { MatchDecision } from '../../tracking/match/model.ts';
import { companyTime } from './complete-interchange.ts';
import type { PipelineContext } from '../context.ts';
import { encodeDocument } from './encode-document.ts';
import { raiseException } from '../exceptions/exceptions.ts';
import { partnerOf } from '../invoices/invoice-record.ts';
import type { InvoiceRecord } from '../orders/order-records.ts';
import { recordOutbound } from './outbound.ts';
import { tellSupplier } from './supplier-notice.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

/**
 * Tells the supplier that an invoice is refused and why: an 824 or APERAK where the partner takes one, else a notice. An advice
 * that cannot be written becomes an exception, and the notice goes out instead: the supplier hears of it in any case.
 */
export async function refuseToSupplier(
  unit: UnitOfWork,
  context: PipelineContext,
  invoice: InvoiceRecord,
  decision: MatchDecision,
  { hold, reason }: { hold: HoldState; reason: string },
): Promise<void> {
  const partner = partnerOf(context, invoice.partnerId);
  if (partner.documents.applicationAdvice?.out === undefined) {
    tellSupplier(unit, context, invoice, 'invoiceRejected', reason);
    return;
  }
  const id = `AA-${await nextNumber(unit, partner)}`;
  const issueDate = companyTime(context).date;
  const advice = buildApplicationAdvice(decision, hold, { id, issueDate, reason });
  if (!(await send(unit, context, partner, invoice, advice))) {
    tellSupplier(unit, context, invoice, 'invoiceRejected', reason);
  }
}

async function nextNumber(unit: UnitOfWork, { partner }: Partner): Promise<number> {
  const id = `applicationAdvices|${partner}`;
  const counter = await unit.get('counters', id);
  const value = (counter?.value ?? 0) + 1;
  const record = { id, revision: counter?.revision ?? 0, value };
  if (counter === undefined) unit.insert('counters', record);
  else unit.update('counters', record);
  return value;
}

async function send(
  unit: UnitOfWork,
  context: PipelineContext,
  partner: Partner,
  invoice: InvoiceRecord,
  advice: ApplicationAdvice,
): Promise<boolean> {
  const { interchange, findings } = await encodeDocument(unit, context, partner, advice);
  if (interchange === undefined) {
    const first = findings.find(({ severity }) => severity === 'error');
    await raiseException(unit, context, {
      type: 'MAP_ERROR',
      subject: { partnerId: partner.partner, documentId: invoice.documentId },
      discriminator: advice.id,
      detail:
        `The refusal of invoice ${invoice.number} cannot be written for ${partner.name}: ${sentence(first?.message ?? 'no map writes it')} The supplier ` +
        'was told by a notice instead. Mend the map of applicationAdvice.',
      evidence: findings.map((finding) => ({ text: finding.message, place: finding.place })),
    });
    return false;
  }
  await recordOutbound(unit, context, {
    partner,
    encoded: interchange,
    documentType: 'applicationAdvice',
    number: advice.id,
    document: advice,
    orderIds: invoice.orderIds,
    summary: `${interchange.transactionType}: invoice ${invoice.number} is refused`,
    orderingKey: `advise:${partner.partner}`,
    acknowledgmentExpected: interchange.acknowledgmentExpected,
    findings,
  });
  return true;
}
