import type { Document } from '../../documents/document.ts';
import type { Partner } from '../../partners/partner-schema.ts';
import { readChangeNumber } from '../../tracking/change-number.ts';
import { plainOrderId } from '../../tracking/match/identifiers.ts';
import type { PipelineContext } from '../context.ts';
import { supplierFactOf } from '../invoices/supplier-fact.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

/** An order of ours as a partner names it: by its number, or by that of a change, which says the version as well. */
interface NamedOrder {
  id: string;
  version?: number;
}

/**
 * The document with our own order numbers in it. Partners pad them, prefix them, change their case, or write the number of our
 * change instead; the document as it was sent stays on record. A number that no order of ours has is left as it is.
 */
export async function withOurOrderNumbers<D extends Document>(
  unit: UnitOfWork,
  context: PipelineContext,
  partner: Partner,
  document: D,
): Promise<D> {
  const ours = new Map<string, NamedOrder>();
  for (const written of orderNumbersIn(document)) {
    ours.set(written, await findOrder(unit, context, partner, written));
  }
  if ([...ours].every(([written, { id }]) => written === id)) return document;
  const changed = withVersion(withNumber(document, ours), document, ours);
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

function withNumber<T extends object>(part: T, ours: ReadonlyMap<string, NamedOrder>): T {
  const { orderId } = part as Referring;
  return orderId === undefined ? part : { ...part, orderId: ours.get(orderId)!.id };
}

/** An answer to one of our changes is one to the version that this made. */
function withVersion<D extends Document>(changed: D, as: D, ours: ReadonlyMap<string, NamedOrder>): D {
  if (as.documentType !== 'orderResponse' || as.orderVersion !== undefined) return changed;
  const version = ours.get(as.orderId)?.version;
  return version === undefined ? changed : { ...changed, orderVersion: version };
}

/** The partner's order with this number, as he writes it; the trimmed number where there is none. */
export async function findOrder(
  unit: UnitOfWork,
  context: PipelineContext,
  partner: Partner,
  written: string,
): Promise<NamedOrder> {
  const habits = supplierFactOf(context.partners.company, partner).orderNumber;
  const candidates = [written, written.trim(), plainOrderId(written, habits)];
  for (const candidate of candidates) {
    const order = await unit.get('orders', candidate);
    if (order?.partnerId === partner.partner) return { id: order.id };
  }
  for (const candidate of candidates) {
    const change = readChangeNumber(candidate);
    const order = change === undefined ? undefined : await unit.get('orders', change.orderId);
    if (change === undefined || order?.partnerId !== partner.partner) continue;
    if (change.version > 1 && change.version <= order.version)
      return { id: order.id, version: change.version };
  }
  return { id: written.trim() };
}
