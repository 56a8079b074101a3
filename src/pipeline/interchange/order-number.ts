import type { Document } from '../../documents/document.ts';
import type { Partner } from '../../partners/partner-schema.ts';
import { plainOrderId } from '../../tracking/match/identifiers.ts';
import type { PipelineContext } from '../context.ts';
import { supplierFactOf } from '../invoices/supplier-fact.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

/**
 * The document with our own order numbers in it. Partners pad them, prefix them and change their case; the document as it was
 * sent stays on record. A number that no order of ours has is left as it is.
 */
export async function withOurOrderNumbers<D extends Document>(
  unit: UnitOfWork,
  context: PipelineContext,
  partner: Partner,
  document: D,
): Promise<D> {
  const ours = new Map<string, string>();
  for (const written of orderNumbersIn(document)) {
    ours.set(written, await findOrderId(unit, context, partner, written));
  }
  if ([...ours].every(([written, id]) => written === id)) return document;
  const changed = withNumber(document, ours);
  if (!('lines' in document)) return changed;
  const lines = (document.lines as Referring[]).map((line) => withNumber(line, ours));
  return { ...changed, lines };
}

/** A document or a line of one: either may name an order. */
interface Referring {
  orderId?: string | undefined;
}

function orderNumbersIn(document: Document): Set<string> {
  const lines = 'lines' in document ? (document.lines as Referring[]) : [];
  return new Set([document as Referring, ...lines].flatMap(({ orderId }) => orderId ?? []));
}

function withNumber<T extends object>(part: T, ours: ReadonlyMap<string, string>): T {
  const { orderId } = part as Referring;
  return orderId === undefined ? part : { ...part, orderId: ours.get(orderId) };
}

async function findOrderId(
  unit: UnitOfWork,
  context: PipelineContext,
  partner: Partner,
  written: string,
): Promise<string> {
  const habits = supplierFactOf(context.partners.company, partner).orderNumber;
  for (const candidate of [written, written.trim(), plainOrderId(written, habits)]) {
    const order = await unit.get('orders', candidate);
    if (order?.partnerId === partner.partner) return order.id;
  }
  return written.trim();
}
