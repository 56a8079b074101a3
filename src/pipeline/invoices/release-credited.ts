import type { HoldState } from '../../tracking/match/hold.ts';
import { creditedHolds } from '../claims/hold-claims.ts';
import type { PipelineContext } from '../context.ts';
import { settleInvoice } from './invoice-decision.ts';
import { isWaiting } from './invoice-record.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

/** The holds that waited for a credit note have it: what they dispute comes back, so that the invoice itself may be paid. */
export async function releaseCredited(
  unit: UnitOfWork,
  context: PipelineContext,
  { invoiceId, claim: number, creditNote }: { invoiceId: string; claim: string; creditNote: string },
): Promise<void> {
  const invoice = await unit.get('invoices', invoiceId);
  const record = invoice && (await unit.get('matchDecisions', invoice.decisionId));
  const claim = await unit.get('supplierClaims', number);
  if (invoice === undefined || record === undefined || claim === undefined || !isWaiting(invoice)) return;
  const { decision } = record;
  const credited = await creditedHolds(unit, invoice, decision);
  const covers = ({ key, status, source }: HoldState) =>
    (status === 'waiting' || status === 'open') && source === 'machine' && credited.has(key);
  const at = context.clock.now();
  const reason = `Claim ${number} is credited by ${creditNote}.`;
  const holds = invoice.holds.map((hold): HoldState =>
    covers(hold)
      ? {
          ...hold,
          status: 'accepted',
          approvals: [...hold.approvals, { action: 'accept', by: 'gateway', at, reason }],
          closedAt: at,
        }
      : hold,
  );
  await settleInvoice(unit, context, { ...invoice, holds }, decision, `credited/${number}`);
}
