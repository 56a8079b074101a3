import { actOnClaim, openClaim } from '../../tracking/claims/claim-life.ts';
import { lessClaimed } from '../../tracking/claims/claim-lines.ts';
import { isLive } from '../../tracking/claims/claim.ts';
import type { Claim, ClaimKind, ClaimLine } from '../../tracking/claims/claim.ts';
import { fingerprintOf } from '../../tracking/exceptions.ts';
import { claimPolicyOf, dueDateOf, dueIn } from './claim-policy.ts';
import type { PipelineContext } from '../context.ts';
import { closeException } from '../exceptions/exceptions.ts';
import type { SupplierClaimRecord } from '../orders/order-records.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import { enqueue } from '../work/work-queue.ts';

/** What a claim is about and where it came from; what is absent does not apply. */
export interface ClaimOpening {
  kind: ClaimKind;
  partnerId: string;
  currency: string;
  lines: ClaimLine[];
  orderId: string;
  receiptId?: string;
  shipmentId?: string;
  invoiceId?: string;
  holds?: string[];
  /** What a person states is claimed as they say; what is found is claimed less what is claimed for the same goods already. */
  asStated?: true;
  evidence?: Claim['evidence'];
}

/**
 * Opens a claim and tells supplier and ERP; the same claim that is still alive is returned as it is. One for each kind and
 * source: a receipt, a shipment's line, an invoice. What a person has ended the gateway does not open again.
 */
export async function raiseClaim(
  unit: UnitOfWork,
  context: PipelineContext,
  asked: ClaimOpening,
  { by, reason }: { by: string; reason: string },
): Promise<SupplierClaimRecord> {
  const known = await findSame(unit, asked, by === 'gateway');
  if (known !== undefined) return known;
  const { asStated, ...found } = asked;
  const twins = asStated === true ? [] : await findTwins(unit, found);
  const lines = lessClaimed(found.lines, twins, found.currency);
  if (lines.length === 0 && twins[0] !== undefined) return adopt(unit, context, twins[0], found);
  const opening = { ...found, lines };
  const at = context.clock.now();
  const { partnerId } = opening;
  const policy = claimPolicyOf(context, partnerId);
  const claim = openClaim(
    {
      ...opening,
      number: await nextNumber(unit),
      receiptId: opening.receiptId ?? '',
      shipmentId: opening.shipmentId ?? '',
      invoiceId: opening.invoiceId ?? '',
      evidence: opening.evidence ?? [],
      dueAt: dueIn(context, policy.dueBusinessDays),
    },
    { at, by, text: reason },
  );
  const sent =
    policy.send === 'atOnce'
      ? actOnClaim(claim, 'send', { at, by: 'gateway', text: 'Told to the supplier at once.' })
      : undefined;
  const record: SupplierClaimRecord = { ...(sent ?? claim), id: claim.number, revision: 0, updatedAt: at };
  unit.insert('supplierClaims', record);
  tellErp(unit, context, record, reason);
  if (sent !== undefined) sendClaimNotice(unit, context, record, reason);
  return record;
}

async function nextNumber(unit: UnitOfWork): Promise<string> {
  const counter = await unit.get('counters', 'supplierClaims');
  const value = (counter?.value ?? 0) + 1;
  const record = { id: 'supplierClaims', revision: counter?.revision ?? 0, value };
  if (counter === undefined) unit.insert('counters', record);
  else unit.update('counters', record);
  return `CL-${String(value).padStart(6, '0')}`;
}

async function findSame(
  unit: UnitOfWork,
  opening: ClaimOpening,
  endedToo: boolean,
): Promise<SupplierClaimRecord | undefined> {
  const { kind, orderId, receiptId = '', shipmentId = '', invoiceId = '' } = opening;
  const found = await claimsOfOrder(unit, orderId);
  const lineIds = new Set(opening.lines.map(({ lineId }) => lineId));
  return found.find(
    (claim) =>
      (endedToo || isLive(claim)) &&
      claim.kind === kind &&
      claim.receiptId === receiptId &&
      claim.shipmentId === shipmentId &&
      claim.invoiceId === invoiceId &&
      claim.lines.some(({ lineId }) => lineIds.has(lineId)),
  );
}

/** Live claims that ask for the same goods for another reason: what they ask for is not asked for again. */
async function findTwins(unit: UnitOfWork, opening: ClaimOpening): Promise<SupplierClaimRecord[]> {
  const lineIds = new Set(opening.lines.map(({ lineId }) => lineId));
  const found = await claimsOfOrder(unit, opening.orderId);
  return found.filter(
    (claim) =>
      isLive(claim) && isTwin(claim, opening) && claim.lines.some(({ lineId }) => lineIds.has(lineId)),
  );
}

function isTwin(claim: Claim, { kind, receiptId = '', shipmentId = '' }: ClaimOpening): boolean {
  switch (kind) {
    case 'shortage':
      // Billed and not here, announced and not here, and counted and not here.
      return (
        claim.kind === kind &&
        (shipmentId === ''
          ? receiptId !== '' && (claim.shipmentId !== '' || claim.invoiceId !== '')
          : claim.shipmentId === '' && (claim.invoiceId !== '' || claim.receiptId !== ''))
      );
    case 'wrongItem':
      // More than ordered, and more than announced.
      return (
        claim.kind === kind &&
        (receiptId === ''
          ? shipmentId !== '' && claim.receiptId !== ''
          : claim.receiptId !== '' || claim.shipmentId !== '')
      );
    case 'return':
      return claim.kind === 'damage' && receiptId !== '';
    default:
      return false;
  }
}

/** Goods that are billed and not here are those that a shipment lacks: the claim follows what comes of it. */
async function adopt(
  unit: UnitOfWork,
  context: PipelineContext,
  claim: SupplierClaimRecord,
  { kind, shipmentId = '' }: ClaimOpening,
): Promise<SupplierClaimRecord> {
  const isOfShipment = kind === 'shortage' && shipmentId !== '';
  return isOfShipment ? writeClaim(unit, context, claim, { ...claim, shipmentId }) : claim;
}

export function claimsOfOrder(unit: UnitOfWork, orderId: string): Promise<SupplierClaimRecord[]> {
  return unit.findAll('supplierClaims', { orderId }, (claim) => claim.orderId === orderId);
}

/** Writes a claim that has changed; its end is told to the ERP, and ends the reminding. */
export async function writeClaim(
  unit: UnitOfWork,
  context: PipelineContext,
  before: SupplierClaimRecord,
  after: Claim,
): Promise<SupplierClaimRecord> {
  const record: SupplierClaimRecord = { ...before, ...after, updatedAt: context.clock.now() };
  unit.update('supplierClaims', record);
  const last = after.history.at(-1)!;
  if (before.state === 'open' && record.state === 'sent') sendClaimNotice(unit, context, record, last.text);
  if (isLive(record) && record.value === before.value && record.credited === before.credited) return record;
  tellErp(unit, context, record, last.text);
  if (!isLive(record)) {
    await closeException(unit, context, {
      fingerprint: overdueFingerprint(record),
      by: last.by,
      action: 'resolved',
      reason: last.text,
    });
  }
  return record;
}

/** Identity of the exception that reminds of a claim. */
function overdueFingerprint(claim: Claim): string {
  return fingerprintOf({ type: 'CLAIM_OVERDUE', ...overdueSubject(claim) });
}

export function overdueSubject({ partnerId, orderId, number }: Claim) {
  return { subject: { partnerId, ...(orderId !== '' && { orderId }) }, discriminator: number };
}

function tellErp(
  unit: UnitOfWork,
  context: PipelineContext,
  claim: SupplierClaimRecord,
  reason: string,
): void {
  const key = `erp/claim/${claim.number}/${claim.history.length}`;
  const { number, kind, state, currency, value, credited, lines, invoiceId, receiptId } = claim;
  const command = {
    key,
    kind: 'claim',
    orderIds: claim.orderId === '' ? [] : [claim.orderId],
    partnerId: claim.partnerId,
    data: {
      number,
      claim: kind,
      state,
      currency,
      value,
      credited,
      lines,
      invoiceId,
      receiptId,
      text: reason,
    },
  };
  unit.add(
    enqueue(context, {
      id: key,
      kind: 'writeErp',
      key,
      orderingKey: `writeErp:${claim.orderId === '' ? number : claim.orderId}`,
      partnerId: claim.partnerId,
      payload: { command },
    }),
  );
  unit.afterCommit(context.wake);
}

const WORDS: Readonly<Record<ClaimKind, string>> = {
  shortage: 'goods missing',
  damage: 'goods damaged',
  wrongItem: 'wrong goods',
  return: 'goods returned and not credited',
  overcharge: 'billed too much',
};

function sendClaimNotice(
  unit: UnitOfWork,
  context: PipelineContext,
  claim: SupplierClaimRecord,
  reason: string,
): void {
  const goods = claim.lines.map(({ lineId, description, quantity, unit: uom, amount }) =>
    [
      lineId === '' ? 'whole invoice' : `line ${lineId}`,
      description,
      quantity === '0' ? undefined : `${quantity} ${uom ?? ''}`.trim(),
      `${amount} ${claim.currency}`,
    ]
      .filter((part) => part !== undefined)
      .join(', '),
  );
  unit.add(
    enqueue(context, {
      kind: 'notify',
      key: `claim/${claim.number}`,
      orderingKey: '',
      partnerId: claim.partnerId,
      payload: {
        audience: 'supplier',
        template: 'claim',
        data: {
          claim: claim.number,
          about: WORDS[claim.kind],
          goods: goods.join('; '),
          value: `${claim.value} ${claim.currency}`,
          'credit note until': dueDateOf(context, claim),
          reason,
        },
        orderId: claim.orderId,
      },
    }),
  );
}
