import { dec, formatDecimal, sum } from '../../common/decimal.ts';
import { actOnClaim, coverClaim, withdrawCredit } from '../../tracking/claims/claim-life.ts';
import type { CreditPool } from '../../tracking/claims/claim-life.ts';
import { isLive } from '../../tracking/claims/claim.ts';
import { statedTax } from '../../tracking/match/arithmetic.ts';
import type { HoldType, MatchDecision } from '../../tracking/match/model.ts';
import { claimPolicyOf, dueIn } from './claim-policy.ts';
import { claimHold, followHolds } from './hold-claims.ts';
import type { PipelineContext } from '../context.ts';
import type { InvoiceRecord, SupplierClaimRecord } from '../orders/order-records.ts';
import { claimsOfOrder, writeClaim } from './supplier-claims.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import { enqueue } from '../work/work-queue.ts';

/** Holds whose disputed money can be claimed back. */
const CLAIMABLE: ReadonlySet<HoldType> = new Set<HoldType>([
  'HOLD_PRICE',
  'HOLD_QTY',
  'HOLD_CHARGE',
  'HOLD_TAX',
  'HOLD_TOTAL',
]);

/** What the state of an invoice or credit note means for claims. */
export async function settleClaims(
  unit: UnitOfWork,
  context: PipelineContext,
  invoice: InvoiceRecord,
  decision: MatchDecision,
): Promise<void> {
  if (invoice.type === 'creditNote') {
    await settleCredit(unit, context, invoice, decision);
    return;
  }
  if (invoice.prior.status === 'held') {
    await claimByPolicy(unit, context, invoice, decision);
    await followHolds(unit, context, invoice, decision);
  } else await endClaims(unit, context, invoice);
}

async function claimByPolicy(
  unit: UnitOfWork,
  context: PipelineContext,
  invoice: InvoiceRecord,
  decision: MatchDecision,
): Promise<void> {
  const policy = claimPolicyOf(context, invoice.partnerId);
  if (!policy.automatic.includes('overcharge')) return;
  for (const hold of invoice.holds) {
    if (hold.status !== 'open' || !CLAIMABLE.has(hold.type) || dec(hold.amount).lt(policy.minValue)) continue;
    const found = await unit.findAll(
      'supplierClaims',
      { invoiceId: invoice.id },
      (claim) => claim.invoiceId === invoice.id,
    );
    // What a person has ended the gateway does not open again.
    if (found.some(({ holds = [] }) => holds.includes(hold.key))) continue;
    const reason = hold.texts[0] ?? hold.type;
    await claimHold(unit, context, invoice, decision, hold, { by: 'gateway', reason });
  }
}

/** The invoice is paid or refused as it is: nothing of it is claimed any more. */
async function endClaims(unit: UnitOfWork, context: PipelineContext, invoice: InvoiceRecord): Promise<void> {
  const { id, status, holds } = invoice;
  const found = await unit.findAll('supplierClaims', { invoiceId: id }, (claim) => claim.invoiceId === id);
  const short = holds.some((hold) => hold.status === 'shortPaid');
  const text =
    status === 'REJECTED' || status === 'REVERSED'
      ? 'The invoice is not paid.'
      : short
        ? 'The disputed part is not paid.'
        : 'The difference is accepted, or gone.';
  for (const claim of found.filter(isLive)) {
    const ended = actOnClaim(claim, 'close', { at: context.clock.now(), by: 'gateway', text });
    if (ended !== undefined) await writeClaim(unit, context, claim, ended);
  }
}

/**
 * A booked credit note covers claims. One that only waits for its invoice to be booked covers the claims over that invoice too:
 * they are what keeps the invoice from being booked. A refused one covers nothing any more.
 */
async function settleCredit(
  unit: UnitOfWork,
  context: PipelineContext,
  credit: InvoiceRecord,
  decision: MatchDecision,
): Promise<void> {
  const { status } = credit.prior;
  if (status === 'rejected') await withdraw(unit, context, credit);
  const waits =
    status === 'held' &&
    decision.holds.every(({ codes }) => codes.every((code) => code === 'CREDIT_EXCEEDS_INVOICED'));
  if (status !== 'approved' && !waits) return;
  const original = await findOriginal(unit, credit);
  if (waits && original?.prior.status !== 'held') return;
  const isCandidate = ({ invoiceId }: SupplierClaimRecord) => !waits || invoiceId === original?.id;
  const candidates = (await findCandidates(unit, credit, original)).filter(isCandidate);
  await coverClaims(unit, context, credit, decision, candidates, original?.id ?? '');
}

async function withdraw(unit: UnitOfWork, context: PipelineContext, credit: InvoiceRecord): Promise<void> {
  const occasion = { at: context.clock.now(), by: 'gateway' };
  const dueAt = dueIn(context, claimPolicyOf(context, credit.partnerId).escalateBusinessDays);
  for (const claim of await claimsOf(unit, credit)) {
    const again = withdrawCredit(claim, credit.id, dueAt, occasion);
    if (again !== undefined) await writeClaim(unit, context, claim, again);
  }
}

async function coverClaims(
  unit: UnitOfWork,
  context: PipelineContext,
  credit: InvoiceRecord,
  decision: MatchDecision,
  candidates: readonly SupplierClaimRecord[],
  originalInvoiceId: string,
): Promise<void> {
  let pool = lessCovered(poolOf(credit, decision, originalInvoiceId), await claimsOf(unit, credit));
  for (const claim of candidates) {
    const covered = coverClaim(claim, pool, { at: context.clock.now(), by: 'gateway' });
    if (covered === undefined) continue;
    pool = covered.pool;
    const record = await writeClaim(unit, context, claim, covered.claim);
    if (record.state === 'credited' && record.invoiceId !== '') releaseInvoice(unit, context, record, credit);
  }
}

/** Claims over the same invoice first, then over the same orders, the oldest first. */
async function findCandidates(
  unit: UnitOfWork,
  credit: InvoiceRecord,
  original: InvoiceRecord | undefined,
): Promise<SupplierClaimRecord[]> {
  const rank = ({ invoiceId }: SupplierClaimRecord) =>
    invoiceId !== '' && invoiceId === original?.id ? 0 : 1;
  return (await claimsOf(unit, credit))
    .filter(isLive)
    .sort((a, b) => rank(a) - rank(b) || a.id.localeCompare(b.id));
}

async function claimsOf(
  unit: UnitOfWork,
  { partnerId, orderIds }: InvoiceRecord,
): Promise<SupplierClaimRecord[]> {
  const found = new Map<string, SupplierClaimRecord>();
  for (const orderId of ['', ...orderIds]) {
    for (const claim of await claimsOfOrder(unit, orderId)) found.set(claim.id, claim);
  }
  return [...found.values()].filter((claim) => claim.partnerId === partnerId);
}

async function findOriginal(unit: UnitOfWork, credit: InvoiceRecord): Promise<InvoiceRecord | undefined> {
  const { supplierId, originalNumber } = credit;
  if (originalNumber === '') return undefined;
  const found = await unit.findAll(
    'invoices',
    { supplierId, normalisedNumber: originalNumber },
    (other) => other.supplierId === supplierId && other.normalisedNumber === originalNumber,
  );
  const invoices = found.filter(({ type, prior }) => type === 'invoice' && prior.status !== 'rejected');
  return invoices.sort((a, b) => a.sequence - b.sequence).at(-1);
}

function poolOf(credit: InvoiceRecord, decision: MatchDecision, originalInvoiceId: string): CreditPool {
  const allocations = decision.lines.flatMap((line) => line.allocations);
  const lines = allocations.map(({ orderId, orderLineId, amount }) => ({
    orderId,
    lineId: orderLineId,
    left: formatDecimal(dec(amount).abs()),
  }));
  const goods = sum(lines.map(({ left }) => left));
  // Tax comes with the goods that it is on: by itself it covers nothing but tax.
  const tax = goods.isZero() ? dec('0') : statedTax(credit.document);
  const rest = dec(credit.amount).minus(goods).minus(tax);
  return {
    invoiceId: credit.id,
    number: credit.number,
    currency: decision.amounts.currency,
    originalInvoiceId,
    lines,
    rest: formatDecimal(rest.isNegative() ? dec('0') : rest),
  };
}

/** Without what it covers already: one that has waited for its invoice covered the claims over that before. */
function lessCovered(pool: CreditPool, claims: readonly SupplierClaimRecord[]): CreditPool {
  const covered = claims
    .flatMap(({ credits }) => credits)
    .filter(({ invoiceId }) => invoiceId === pool.invoiceId)
    .flatMap(({ lines }) => lines);
  let rest = dec(pool.rest);
  const lines = pool.lines.map((line) => ({ ...line }));
  for (const { orderId, lineId, amount } of covered) {
    let used = dec(amount);
    if (lineId === '') {
      rest = rest.minus(used);
      continue;
    }
    for (const line of lines) {
      if (line.orderId !== orderId || line.lineId !== lineId) continue;
      const taken = dec(line.left).lt(used) ? dec(line.left) : used;
      line.left = formatDecimal(dec(line.left).minus(taken));
      used = used.minus(taken);
    }
  }
  return { ...pool, lines, rest: formatDecimal(rest.isNegative() ? dec('0') : rest) };
}

/** The hold that asked for the credit has what it waited for; the invoice is settled by the work queue. */
function releaseInvoice(
  unit: UnitOfWork,
  context: PipelineContext,
  claim: SupplierClaimRecord,
  credit: InvoiceRecord,
): void {
  const id = `credited/${claim.number}`;
  unit.add(
    enqueue(context, {
      id,
      kind: 'rematchInvoices',
      key: id,
      orderingKey: `rematchInvoices:${claim.orderId}`,
      partnerId: claim.partnerId,
      payload: { creditedInvoice: claim.invoiceId, claim: claim.number, creditNote: credit.number },
    }),
  );
  unit.afterCommit(context.wake);
}
