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
  const known = new Map<string, string>();
  const resolve = async (written: string): Promise<string> => {
    const found = known.get(written) ?? (await findOrderId(unit, context, partner, written));
    known.set(written, found);
    return found;
  };
  const ours = structuredClone(document);
  if ('orderId' in ours && ours.orderId !== undefined) ours.orderId = await resolve(ours.orderId);
  for (const line of 'lines' in ours ? ours.lines : []) {
    if ('orderId' in line && line.orderId !== undefined) line.orderId = await resolve(line.orderId);
  }
  return ours;
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
